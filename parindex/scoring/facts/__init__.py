"""Facts: one value from text, a file of them, a stream, columns."""
