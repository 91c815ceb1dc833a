"""One file a screen, named as the screen's own title."""
