"""A criteria set corrected within its year: a further version, a crosswalk, and only what it touches declared anew."""
