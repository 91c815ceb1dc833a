"""The handbook: one short page a topic, shown by `undo-writeoff help TOPIC`."""

from __future__ import annotations

from pathlib import Path

from automation.errors import UsageProblem

TOPICS = (
    *("open", "fix", "worklists", "fleet", "payments", "recover", "profiles", "settings"),
    *("security", "qa", "qa-first-run", "training", "practice", "commands", "speed", "adding"),
    "words",
)
"""The pages, in the order in which a newcomer may want them."""


def page(topic: str) -> str:
    """Return a page as Markdown; raises UsageProblem that lists the topics there are."""
    if topic not in TOPICS:
        problem = UsageProblem(
            "looking for a page of the handbook",
            expected="one of " + ", ".join(TOPICS),
            found=repr(topic),
            next_step="`undo-writeoff help` lists them",
        )
        problem.about_settings = True
        raise problem
    return (Path(__file__).parent / f"{topic}.md").read_text(encoding="utf-8")


def contents() -> str:
    """Return each topic with its title, one a line."""
    titles = {topic: page(topic).partition("\n")[0].removeprefix("# ") for topic in TOPICS}
    return "\n".join(f"{topic:<14}{title}" for topic, title in titles.items())
