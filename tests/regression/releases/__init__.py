"""Changed releases of the sandbox: bugs and harmless changes."""
