"""Reads and writes worklist files."""
