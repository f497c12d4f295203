"""Points, totals, index, classes and ranks of every agency, with reasons."""
