"""The command line's app, with all its commands."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from automation.cli import (
    data,
    demo,
    do,
    find,
    fix,
    fleet,
    history,
    open,
    options,
    qa_data,
    recover,
    runs,
    sandbox,
    site,
    train,
    worklist,
)
from automation.cli.shared import problems

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with values would show patients' data
    help="Undo client-balance write-offs in a practice's billing pages. "
    "Exit status: 0 done or nothing to do, 2 wrong usage, 3 refused, 4 failed with nothing "
    "changed, 5 something is not finished.",
)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(10_000)  # imports leave no garbage: the usual 700 looks for it in vain
    try:
        app()
    finally:
        gc.freeze()  # nor is it worth a look in a program that ends


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version as version_of  # slow to import

        typer.echo(f"undo-writeoff {version_of('undo-writeoff')}")
        raise typer.Exit(0)


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that belong to no command."""


def show_handbook(topic: options.Topic = "") -> None:
    """Show a page of the handbook."""
    from automation.handbook import contents, page

    with problems(False):
        typer.echo(page(topic) if topic else contents())


def _group(help: str) -> typer.Typer:
    return typer.Typer(no_args_is_help=True, help=help)


app.command("open")(open.open_page)
app.command()(fix.plan)
app.command()(fix.fix)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(do.do)
app.command()(recover.recover)
app.command()(fix.write_off_again)
app.command()(recover.status)
app.command()(site.doctor)
app.command("help")(show_handbook)
app.command()(site.use)
app.command()(site.login)
app.command()(sandbox.sandbox)
app.command()(demo.demo)
app.command()(worklist.run)
app.command()(fleet.worker)
app.command()(fleet.fleet)
app.command()(find.find)
app.command()(runs.runs)
app.command()(history.report)
app.command()(history.explain)
app.command()(data.data)
app.command()(qa_data.qa_data)

audit = _group("The audit trail: its head, verify it, export it.")
audit.command("head")(history.audit_head)
audit.command("verify")(history.audit_verify)
audit.command("export")(history.audit_export)
app.add_typer(audit, name="audit")

training = _group("Film, guide and practice room for new billers.")
training.command()(train.film)
training.command()(train.guide)
training.command("all")(train.everything)
training.command()(train.practice)
app.add_typer(training, name="train")
