"""Who is how far: the matrix and the queue."""
