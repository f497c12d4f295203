"""YAML bytes to a tree that remembers lines: YAML 1.2 core, one document, nothing clever.

The parser's events are read one by one, so an alias is refused before anything is built from it and
nesting is bounded before it can exhaust the stack.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
import yaml

from parindex.reading.causes import yaml_cause
from parindex.reading.encodings import other_form
from parindex.reading.text import composed, plain_blanks

MOST_BYTES: Final = 5_000_000
MOST_NESTING: Final = 30
"""Nested collections: twelve levels of criteria, each a list in a mapping, and a rule below."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What YAML does not print: no file holds it except written as an escape."""

ScalarKind = Literal["null", "boolean", "integer", "float", "text"]

_CORE: Final[tuple[tuple[ScalarKind, re.Pattern[str]], ...]] = (
    ("null", re.compile(r"(~|null|Null|NULL|)\Z")),
    ("boolean", re.compile(r"(true|True|TRUE|false|False|FALSE)\Z")),
    ("integer", re.compile(r"([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")),
    (
        "float",
        re.compile(r"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z"),
    ),
)


class YamlFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that no YAML file of ours may hold."""

    code: str
    """Which kind, such as ``repeated_key``."""
    values: Mapping[str, Any] = {}
    """What was found, and what is accepted."""
    line: int
    """From 1."""
    column: int
    """From 1."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the file."""

    line: int = 0
    """From 1."""
    column: int = 0
    """From 1."""


class Scalar(Node, frozen=True, kw_only=True):
    """One word, number or text."""

    text: str
    """As written, in NFC."""
    kind: ScalarKind
    """What YAML 1.2 core makes of it; quoted is always text."""
    loose: bool = False
    """From a stored document, where numbers are kept as text."""
    plain: bool = False
    """Written in the file without quotes."""


class Mapping_(Node, frozen=True, kw_only=True):
    """Keys and values in the order of the file."""

    entries: list[tuple[Scalar, Node]] = []
    """Each key once."""


class Sequence_(Node, frozen=True, kw_only=True):
    """A list."""

    items: list[Node] = []
    """In the order of the file."""


class _Stop(Exception):
    """A defect after which nothing more can be read."""


def core_kind(text: str) -> ScalarKind:
    """What YAML 1.2 core makes of a plain scalar.

    >>> core_kind("1.10"), core_kind("no"), core_kind("12:30"), core_kind("2025-01-31")
    ('float', 'text', 'text', 'text')
    """
    return next((kind for kind, pattern in _CORE if pattern.match(text)), "text")


def read_tree(data: bytes, faults: list[YamlFault]) -> Node | None:
    """The one document of a file; None, with faults, where there is no tree at all."""
    builder = _Builder(faults)
    try:
        return builder.document(_decode(data, builder))
    except _Stop:
        return None
    except yaml.YAMLError as error:
        builder.syntax(error)
        return None


def plain_value(node: Node) -> Any:
    """The same as plain values: mappings, lists, text, whole numbers, floats, truths and None.

    >>> plain_value(read_tree(b"{a: [1, no, 0x1F, 1.5, ~], b: '1'}", []))
    {'a': [1, 'no', 31, 1.5, None], 'b': '1'}
    """
    if isinstance(node, Mapping_):
        return {key.text: plain_value(value) for key, value in node.entries}
    if isinstance(node, Sequence_):
        return [plain_value(item) for item in node.items]
    assert isinstance(node, Scalar)
    return _VALUES[node.kind](node.text)


def _integer(text: str) -> int:
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


_VALUES: Final[Mapping[ScalarKind, Any]] = {
    "null": lambda _: None,
    "boolean": lambda text: text.lower() == "true",
    "integer": _integer,
    "float": lambda text: float(re.sub(r"^([-+]?)\.(?=[a-zA-Z])", r"\1", text)),
    "text": str,
}


def tree_of(document: Any) -> Node:  # noqa: PLR0911 - one return a kind of value
    """The same tree from a stored document: JSON values, numbers as text."""
    if isinstance(document, Mapping):
        entries = [(Scalar(text=str(key), kind="text", loose=True), tree_of(v)) for key, v in document.items()]
        return Mapping_(entries=entries)
    if isinstance(document, Sequence) and not isinstance(document, str):
        return Sequence_(items=[tree_of(item) for item in document])
    if document is None:
        return Scalar(text="", kind="null", loose=True)
    if isinstance(document, bool):
        return Scalar(text="true" if document else "false", kind="boolean", loose=True)
    if isinstance(document, int):
        return Scalar(text=str(document), kind="integer", loose=True)
    if isinstance(document, date | Decimal):
        return Scalar(text=str(document), kind="text", loose=True)
    return Scalar(text=unicodedata.normalize("NFC", str(document)), kind="text", loose=True)


def _decode(data: bytes, builder: "_Builder") -> str:
    if len(data) > MOST_BYTES:
        raise builder.stop("too_large", 1, 1, found=len(data), expected=MOST_BYTES)
    if found := other_form(data):
        raise builder.stop("not_utf8", 1, 1, found=found)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place(data[: error.start].decode("utf-8", "replace"))
        raise builder.stop("not_utf8", *place, found=f"0x{data[error.start]:02X}") from None
    if control := _CONTROL.search(text):
        raise builder.stop("control_character", *_place(text[: control.start()]), found=f"U+{ord(control[0]):04X}")
    return text


def _place(before: str) -> tuple[int, int]:
    """Line and column of what comes after a text, from 1."""
    lines = re.split(r"\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1


class _Builder:
    """Builds the tree from events and says what is not allowed."""

    def __init__(self, faults: list[YamlFault]):
        self.faults = faults

    def fail(self, code: str, line: int, column: int, **values: Any) -> None:
        self.faults.append(YamlFault(code=code, values=values, line=line, column=column))

    def stop(self, code: str, line: int, column: int, **values: Any) -> _Stop:
        self.fail(code, line, column, **values)
        return _Stop()

    def syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.fail("yaml_syntax", line, column, found=yaml_cause(str(problem)))

    def document(self, text: str) -> Node | None:
        events = iter(yaml.parse(text, Loader=_LOADER))
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.stop("several_documents", *_at(event))
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 1)
        if root is None:
            raise self.stop("empty_file", 1, 1)
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        line, column = _at(event)
        if isinstance(event, yaml.AliasEvent):
            raise self.stop("alias", line, column, found=f"*{event.anchor}")
        if event.anchor is not None:
            self.fail("anchor", line, column, found=f"&{event.anchor}")
        if event.tag is not None:
            self.fail("tag", line, column, found=str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event, line, column)
        if depth > MOST_NESTING:
            raise self.stop("too_nested", line, column, expected=MOST_NESTING)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence_(line=line, column=column, items=list(self.items(events, depth)))
        return Mapping_(line=line, column=column, entries=list(self.entries(events, depth)))

    def items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self.node(event, events, depth + 1)

    def entries(self, events: Iterator[Any], depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.fail("complex_key", key.line, key.column)
            elif key.text in seen:
                self.fail("repeated_key", key.line, key.column, found=key.text, first=seen[key.text])
            else:
                seen[key.text] = key.line
                yield key, value


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any, line: int, column: int) -> Scalar:
    text = plain_blanks(composed(event.value))
    kind = core_kind(text) if event.style in {None, ""} else "text"
    return Scalar(line=line, column=column, text=text, kind=kind, plain=event.style in {None, ""})
