"""A year computed, handed over, published, retracted."""
