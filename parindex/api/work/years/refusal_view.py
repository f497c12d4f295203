"""A refusal above a form, where no field tells it."""

from __future__ import annotations

import msgspec

from parindex.api.shared.problems import sentence
from parindex.errors import Refused
from parindex.text import Language


class RefusalTold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a deed was refused."""

    title: str
    """What happened."""

    detail: str
    """Why, and what to do; may be empty."""


def refusal_told(refused: Refused, lang: Language) -> RefusalTold:
    """A refusal in a language."""
    title, detail = sentence(refused.code, refused.values, lang)
    return RefusalTold(title=title, detail=detail)
