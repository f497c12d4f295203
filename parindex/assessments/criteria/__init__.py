"""Published criteria sets, and having one at hand with what its sheets ask."""
