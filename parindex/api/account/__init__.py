"""Signing in and out, and the link by which an account gets its password."""
