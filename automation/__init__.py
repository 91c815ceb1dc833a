"""The engine: everything needed to run a flow safely on a practice's billing pages."""
