"""Runs the command line for `python -m automation.cli`."""

from automation.cli.app import main

main()
