"""Small practices that share nothing with the sandbox but the words on the screen."""
