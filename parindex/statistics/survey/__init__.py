"""Estimates of one survey with their errors, and its weights."""
