"""Why a command stops, in the reader's language."""

from __future__ import annotations

from parindex.errors import Refused
from parindex.messages import N_, Failure
from parindex.text import language, translator


def told(error: Exception, lang: str) -> str:
    """What failed: a failure of the house in its sentence, one of the system with the words that it has for it."""
    translate = translator(language(lang))
    if isinstance(error, Failure):
        return error.text(translate)
    if isinstance(error, Refused):
        from parindex.api.shared.problems import sentence

        return " ".join(filter(None, sentence(error.code, error.values, language(lang))))
    if isinstance(error, OSError):
        return translate(N_("Hệ điều hành từ chối: %(cause)s"), cause=error)
    return str(error)
