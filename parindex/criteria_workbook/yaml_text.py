"""A criteria set as its YAML, laid out as the sets that ship are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from parindex.scoring import CriteriaSet, to_document
from parindex.scoring.law.yaml_tree import core_kind
from parindex.scoring.rules import kinds as rules

WIDTH: Final = 110
"""A mapping that fits here stands on one line."""

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
_NUMBERS: Final = frozenset(
    {"max", "cap", "most", "at", "target", "floor", "from", "to", "points", "print_places", "years"}
)
"""Keys whose values are numbers; options and contents are numbers by the key above them."""
_WORTHS: Final = frozenset({"points", "shares", "checklist"})
_WORDS: Final = frozenset(
    {
        "set",
        "status",
        "tier",
        "type",
        "evidence",
        "needs",
        "appraiser",
        "compare",
        "ties",
        "no_survey",
        "when_zero",
        "over",
        "part_of",
        "confirmed_by",
        "evidence_from",
        "evidence_to",
        "as",
    }
    | (set(rules.KINDS) - {"formula"})
    | {"until", "date", "instrument", "measure", "index", "may_be_inapplicable", "name", "options"}
)
"""Keys whose values are words that need no quotes where YAML takes them for text."""
_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_SPREAD: Final = frozenset(
    {"areas", "criteria", "inputs", "attributes", "classes", "legal_basis", "adjustments", "items"}
)
"""Collections that stand on lines of their own, however short."""


def yaml_text(criteria_set: CriteriaSet) -> str:
    """The file. Reading it gives a set of the same digest."""
    lines = list(_mapping(to_document(criteria_set), "", 0))
    return "\n".join(lines) + "\n"


def _mapping(values: Mapping[str, Any], above: str, indent: int) -> Iterator[str]:
    for key, value in values.items():
        yield from _entry(key, value, above, indent)


def _entry(key: str, value: Any, above: str, indent: int) -> Iterator[str]:
    head = " " * indent + _key(key) + ":"
    inline = _flow(value, key, above)
    if not _needs_lines(value, key, above) and len(head) + 1 + len(inline) <= WIDTH:
        yield f"{head} {inline}"
    elif isinstance(value, Mapping):
        yield head
        yield from _mapping(value, key, indent + 2)
    elif isinstance(value, list):
        yield head
        for item in value:
            yield from _item(item, key, indent + 2)
    else:
        yield f"{head} {inline}"


def _item(value: Any, key: str, indent: int) -> Iterator[str]:
    inline = _flow(value, key, "")
    if not _needs_lines(value, "", key) and len(inline) + indent + 2 <= WIDTH:
        yield f"{' ' * indent}- {inline}"
    elif isinstance(value, Mapping):
        first, *rest = _mapping(value, key, indent + 2)
        yield f"{' ' * indent}- {first[indent + 2 :]}"
        yield from rest
    else:
        yield f"{' ' * indent}- {inline}"


def _needs_lines(value: Any, key: str, above: str) -> bool:
    """Whether a value reads better on lines of its own."""
    if not isinstance(value, Mapping | list):
        return False
    return (key in _SPREAD and above != "rule") or (above in {"areas", "criteria", "items"} and "code" in value)


def _flow(value: Any, key: str, above: str) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)}: {_flow(one, name, key)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one, key, above) for one in value) + "]"
    return _scalar(value, key, above)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.match(key) and core_kind(key) == "text" else _quoted(key)


def _scalar(value: Any, key: str, above: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    numeric = bool(_NUMBER.match(text))
    if numeric and (above in _WORTHS or (key in _NUMBERS and above != "formula")):
        return text
    if text == "not_applicable" and above in _WORTHS:
        return text
    if key in _WORDS and _SAFE.match(text) and core_kind(text) == "text":
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes, with escapes for what a YAML file may not hold as it is."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(_escaped(letter) for letter in quoted)


def _escaped(letter: str) -> str:
    point = ord(letter)
    printable = 0x20 <= point < 0x7F or 0xA0 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or point > 0xFFFF
    if printable and point not in {0x2028, 0x2029, 0xFEFF}:
        return letter
    return f"\\u{point:04x}"
