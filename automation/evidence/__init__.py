"""Evidence of what happened in a tab, and the one place that redacts it."""
