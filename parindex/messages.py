"""Sentences are marked where they are written and translated where the reader's language is known.

The Vietnamese sentence is its own id. This module knows nobody, so that every room may mark its words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

CONTEXT_END: Final = "\x04"
"""Stands between the context and the sentence in the id of a message, as gettext keeps it."""


def N_(message: str) -> str:
    """Mark a sentence that is translated later, where the language is known."""
    return message


def NC_(context: str, message: str) -> str:
    r"""Mark words of several meanings: the context says to translators which one; readers never see it.

    >>> NC_("fact", "Điểm đề nghị")
    'fact\x04Điểm đề nghị'
    """
    return context + CONTEXT_END + message


def without_context(message: str) -> str:
    """The words of a message that has no translation."""
    return message.rpartition(CONTEXT_END)[2]


HALF: Final = N_("0,5")
"""How a language writes a decimal; its second character is the mark."""

LARGEST: Final = 15
"""Power of ten up to which a figure is written out."""


def figure(value: Decimal | float, translate: Callable[..., str]) -> str:
    """A number in a sentence, with the decimal mark of the language and no other: of a double ten digits.

    Rows and years are whole numbers and stay as they are; tables and pages have `parindex.text.number`.
    """
    if not math.isfinite(value):
        return "–"
    short = format(value, ".10g") if isinstance(value, float) else str(value)
    exact = Decimal(short)
    plain = f"{exact.normalize():f}" if exact == 0 or abs(exact.adjusted()) <= LARGEST else short.lower()
    return plain.replace("-0", "0") if exact == 0 else plain.replace(".", translate(HALF)[1])


def listed(parts: Iterable[str]) -> str:
    """Members of a list in a sentence; a semicolon parts them where one of them holds a comma.

    >>> listed(["a", "b"]), listed(["0,5", "1"])
    ('a, b', '0,5; 1')
    """
    told = list(parts)
    return ("; " if any("," in part for part in told) else ", ").join(told)


def in_sentence(value: object, translate: Callable[..., str]) -> object:
    """A value as it stands in a sentence of the language."""
    if isinstance(value, Message):
        return value.text(translate)
    if isinstance(value, Decimal | float):
        return figure(value, translate)
    if isinstance(value, list | tuple | frozenset):
        return listed(str(in_sentence(part, translate)) for part in value)
    return value


class Message:
    """A sentence with its values, translated where it is shown. Another message may be among the values."""

    def __init__(self, message: str, /, **values: object) -> None:
        super().__init__()
        self.message = message
        self.values = values

    def text(self, translate: Callable[..., str]) -> str:
        """The sentence in a language."""
        return translate(self.message, **{name: self.shown(value, translate) for name, value in self.values.items()})

    def shown(self, value: object, translate: Callable[..., str]) -> object:
        """A value in the sentence."""
        return in_sentence(value, translate)

    def __str__(self) -> str:
        """In Vietnamese, for logs."""
        return self.text(
            lambda message, **values: without_context(message) % values if values else without_context(message)
        )


class Failure(Message, Exception):
    """What cannot be done."""
