"""Editions: a computed year with its decision, frozen, signed, served for ever, and checked by anyone."""
