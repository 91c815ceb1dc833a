"""The billing UI under test: a pytest plugin that runs the flows as a regression suite."""
