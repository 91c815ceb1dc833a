"""The command line: read what was typed, call the engine, print."""
