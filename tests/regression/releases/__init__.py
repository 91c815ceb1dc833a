"""Releases of a make-believe vendor for the bundled practice: bugs and harmless changes."""
