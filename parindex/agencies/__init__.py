"""The registry of agencies: official codes, tiers, dated validity, mergers and successors."""

from parindex.agencies.model import Agency, NewAgency
from parindex.agencies.registry import add, add_all, bearing, change, find, listed

__all__ = ["Agency", "NewAgency", "add", "add_all", "bearing", "change", "find", "listed"]
