"""One platform for a public administration reform index."""
