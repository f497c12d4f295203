"""Agencies that end while a year is open: what becomes of their sheets, and what is looked at before."""
