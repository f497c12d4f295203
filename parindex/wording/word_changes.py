"""Which words of a text went and which came, for a reader who sees both at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, Literal

import msgspec

MOST_WORDS: Final = 2_000
"""Beyond so many words the texts stand one after the other: comparing them would take too long."""

_WORD: Final = re.compile(r"\S+\s*")


class WordPiece(msgspec.Struct, frozen=True, kw_only=True):
    """Words that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    """What became of them."""

    text: str
    """The words, blanks between them included."""


def word_changes(before: str, after: str) -> tuple[WordPiece, ...]:
    """The words of both texts in order.

    >>> [(piece.kind, piece.text) for piece in word_changes("từ 95% trở lên", "từ 98% trở lên")]
    [('same', 'từ '), ('gone', '95% '), ('new', '98% '), ('same', 'trở lên')]
    """
    return tuple(_pieces(_WORD.findall(before), _WORD.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[WordPiece]:
    bare_old, bare_new = ([word.strip() for word in words] for words in (old, new))
    long = len(old) + len(new) > MOST_WORDS
    whole = [("replace", 0, len(old), 0, len(new))]
    found = whole if long else SequenceMatcher(None, bare_old, bare_new, autojunk=False).get_opcodes()
    for kind, start, end, start_new, end_new in found:
        gone, came = "".join(old[start:end]), "".join(new[start_new:end_new])
        if kind == "equal":
            yield WordPiece(kind="same", text=came)
            continue
        if gone:
            yield WordPiece(kind="gone", text=gone)
        if came:
            yield WordPiece(kind="new", text=came)
