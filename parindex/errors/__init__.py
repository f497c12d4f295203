"""Every failure that a person can meet, in one catalogue; a module a room.

A room raises :class:`Refused` with a code; the edge (page, problem document, command line) makes the text in
the reader's language. Title says what happened, detail says why and what to do.
"""

from parindex.errors.catalogue import CATALOGUE
from parindex.errors.kind import FailureKind
from parindex.errors.refused import FieldError, Refused
from parindex.messages import N_

__all__ = ["CATALOGUE", "N_", "FailureKind", "FieldError", "Refused"]
