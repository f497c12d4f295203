"""One value, one sequence of bytes: JSON by RFC 8785, of which criteria sets, instruments, years and editions are made.

Fractions travel as strings of decimals, so a number here is always an integer that a double holds exactly; a
reader in any language makes the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Never

LARGEST: Final = 2**53 - 1
"""Above this an integer is not exact in every reader (RFC 8785, section 3.2.2.3)."""


class NotCanonical(ValueError):
    """Bytes that are not the canonical form of what they say, or a value that has none."""

    def __init__(self, code: str, offset: int | None = None) -> None:
        """Name the fault, and the byte at which it begins where that is known."""
        super().__init__(code)
        self.code = code
        self.offset = offset


def canonical(value: object) -> bytes:
    r"""The bytes of a value by RFC 8785.

    Raises:
        NotCanonical: a float, an integer above 2**53 - 1, a key that is no string, or text that is no Unicode.

    >>> canonical({"b": [True, None, 1], "a": "Đ\\n"}).decode()
    '{"a":"Đ\\\\n","b":[true,null,1]}'
    """
    try:
        return canonical_text(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("not_unicode") from error


def canonical_text(value: object) -> str:
    """The same as text, which may hold what is no Unicode.

    Raises:
        NotCanonical: as ``canonical``, but for the last.
    """
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if -LARGEST <= value <= LARGEST:
            return str(value)
        case list() | tuple():
            return "[" + ",".join(map(canonical_text, value)) + "]"
        case dict() | Mapping():
            keys = sorted(value, key=_order)
            return "{" + ",".join(f"{_key(key)}:{canonical_text(value[key])}" for key in keys) + "}"
    raise NotCanonical("no_canonical_form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotCanonical("no_canonical_form")
    return json.dumps(key, ensure_ascii=False)


def _order(key: object) -> bytes:
    """Keys sort by UTF-16 code units (RFC 8785, section 3.2.3), not by code points."""
    if not isinstance(key, str):
        raise NotCanonical("no_canonical_form")
    return key.encode("utf-16-be")


def parse(data: bytes) -> Any:
    """Read bytes that must be canonical: one document, one spelling.

    Raises:
        NotCanonical: anything else, with the first byte that differs from the canonical form.
    """
    value = parse_spelled(data)
    try:
        again = canonical(value)
    except RecursionError as error:
        raise NotCanonical("too_deep") from error
    if again != data:
        raise NotCanonical("other_spelling", first_difference(again, data))
    return value


def parse_spelled(data: bytes) -> Any:
    """Read the same in whatever spelling; keys that repeat and fractions are refused all the same.

    Raises:
        NotCanonical: bytes that are no such document.
    """
    try:
        return json.loads(
            data.decode("utf-8", errors="strict"),
            object_pairs_hook=_object,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except UnicodeDecodeError as error:
        raise NotCanonical("not_utf8", error.start) from error
    except json.JSONDecodeError as error:
        raise NotCanonical("not_json", len(error.doc[: error.pos].encode())) from error
    except RecursionError as error:
        raise NotCanonical("too_deep") from error
    except NotCanonical:
        raise
    except ValueError as error:
        raise NotCanonical("no_canonical_form") from error


def first_difference(one: bytes, other: bytes) -> int:
    """Offset of the first byte in which two sequences differ.

    >>> first_difference(b"abc", b"abd"), first_difference(b"ab", b"abc")
    (2, 2)
    """
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("repeated_key")
    return found


def _no_fraction(text: str) -> Never:
    del text
    raise NotCanonical("no_canonical_form")
