"""One platform for a public administration reform index."""

__version__ = "0.1.0"
