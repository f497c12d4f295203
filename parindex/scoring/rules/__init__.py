"""From the facts of one agency to the points of one leaf."""
