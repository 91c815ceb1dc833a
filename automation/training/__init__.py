"""Training material made by the flow itself: film, guide and practice room."""
