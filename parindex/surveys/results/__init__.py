"""Weights, estimates and files of a locked round."""
