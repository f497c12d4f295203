"""A cycle's state, its deadlines, and the facts that it comes to."""
