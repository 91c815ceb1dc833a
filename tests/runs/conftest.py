"""A journal in a temporary folder, with waiting items."""

from journals import add_item, journal, journal_url

__all__ = ["add_item", "journal", "journal_url"]
