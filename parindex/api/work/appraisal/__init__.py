"""Appraisal: the queue, and one leaf across agencies."""
