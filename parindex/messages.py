"""Sentences are marked where they are written and translated where the reader's language is known.

The Vietnamese sentence is its own id. This module knows nobody, so that every room may mark its words.
"""

from __future__ import annotations

from collections.abc import Callable
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
        return value.text(translate) if isinstance(value, Message) else value

    def __str__(self) -> str:
        """In Vietnamese, for logs."""
        return self.text(
            lambda message, **values: without_context(message) % values if values else without_context(message)
        )


class Failure(Message, Exception):
    """What cannot be done."""
