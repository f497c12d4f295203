"""A criteria set: read strictly from its YAML, its canonical form and digest, its schema, its worked cases."""
