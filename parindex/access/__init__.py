"""People, roles, sessions, and the one table that says who may do what."""

from parindex.access.model import ROLES, Person
from parindex.access.policy import may, require

__all__ = ["ROLES", "Person", "may", "require"]
