"""A journal in a temporary folder, and programs that are killed while they use it."""

from journals import add_item, journal, journal_url, programs

__all__ = ["add_item", "journal", "journal_url", "programs"]
