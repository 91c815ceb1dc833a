"""Worklists as people have them: files read, files written."""
