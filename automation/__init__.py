"""The engine: everything a flow needs to be done safely on a practice's billing pages."""
