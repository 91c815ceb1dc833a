"""Settings of this program, and what differs between one site and another."""
