"""Sums that add up, for data of any size."""
