"""A fleet: real PostgreSQL, a real practice, and each worker a process of its own."""
