"""Settings of this program, site profiles and QA data files."""
