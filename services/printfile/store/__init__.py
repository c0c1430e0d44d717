"""Every SQL statement of printfile."""
