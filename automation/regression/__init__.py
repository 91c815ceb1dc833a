"""A pytest plugin that runs the flows as a regression suite of a practice's billing UI."""
