"""A year from files: what they say, what is wrong with them, what differs from what stands, and entering it."""
