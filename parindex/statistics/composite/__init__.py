"""Composite indices: normalisation, weights, aggregation, and what a ranking depends on."""
