"""Makes pages from the templates: one file each, with its style inside; nothing is loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_COMMAND = re.compile("`([^`]+)`")


def page(template: str, folder: Path = Path(__file__).parent, **context: Any) -> str:
    """Fill in one of a package's templates; a name that it needs and is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to load
    from markupsafe import Markup, escape

    def commands(text: str) -> Markup:
        """Set a command between backticks in a fixed font; all of the text is escaped."""
        return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped

    made = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["commands"] = commands
    return made.get_template(template).render(**context)
