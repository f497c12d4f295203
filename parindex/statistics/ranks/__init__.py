"""Rank sets, tests of pairs, runs that cannot be told apart."""
