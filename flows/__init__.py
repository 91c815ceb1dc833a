"""One help article a file: the click paths."""
