"""Training material that is made by running the flow: film, guide and practice room."""
