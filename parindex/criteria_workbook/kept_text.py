"""Text that a cell would not keep is written in quotes, so that nothing is lost on the way out and in."""

from __future__ import annotations

import json
import unicodedata

from parindex.reading.text import composed, invisible, nfc


def kept(text: str) -> str:
    r"""What is written in a cell for a text.

    >>> kept("Ban hành kế hoạch"), kept(" x"), kept("a\tb")
    ('Ban hành kế hoạch', '" x"', '"a\\tb"')
    """
    if text == seen(text) and not text.startswith('"') and all(map(_survives, text)):
        return text
    return json.dumps(text)


def seen(cell: str) -> str:
    """Composed and trimmed, line by line, without what nobody sees; runs of blanks stay where somebody typed them."""
    shown = (
        cell if cell.isascii() else "".join(letter for letter in cell if letter == "\n" or invisible(letter) is None)
    )
    return nfc(shown)


def given(cell: str) -> str:
    r"""The text that a cell holds: trimmed, in composed form, out of its quotes.

    >>> given("  Ban hành "), given('"a\\tb"'), given('"Xanh" hay "đỏ"')
    ('Ban hành', 'a\tb', '"Xanh" hay "đỏ"')
    """
    text = seen(cell)
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        try:
            unquoted = json.loads(text)
            unquoted.encode()
        except (ValueError, RecursionError):
            return text
        return composed(unquoted)
    return text


def _survives(letter: str) -> bool:
    return letter == "\n" or (unicodedata.category(letter) not in {"Cc", "Cs", "Cn"})
