"""Points that a leaf may lose when it is appraised, each with the rule that would cut them."""
