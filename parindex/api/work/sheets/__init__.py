"""A sheet: declare, hand in, approve, answer."""
