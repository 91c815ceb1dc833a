"""Makes pages from the templates: one file each, with its style inside; nothing is loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_COMMAND = re.compile("`([^`]+)`")


def page(template: str, of: Path = HERE, **context: Any) -> str:
    """Fill in a template of a package; a name that it needs and is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to load
    from markupsafe import Markup, escape

    def commands(text: str) -> Markup:
        """Set a command between backticks in a fixed font; all of the text is escaped."""
        return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped

    made = Environment(
        loader=FileSystemLoader([of / "templates", HERE / "templates"]),
        autoescape=template.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["commands"] = commands
    return made.get_template(template).render(**context)
