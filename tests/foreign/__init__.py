"""Two small practices that share nothing with the bundled one but the words on the screen."""
