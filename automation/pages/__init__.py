"""Page objects: one module per screen, named after the screen's title."""
