"""Strict reading of a YAML document: every value keeps its line, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from parindex.messages import N_, Failure, Message
from parindex.reading.text import invisible
from parindex.reading.yaml_tree import Mapping_, Node, Scalar, Sequence_, YamlFault, read_tree

DEEPEST: Final = 12

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_GUESSED: Final = re.compile(
    r"([-+.]?[0-9][0-9_]*[.:eE][0-9_.:eE+-]*|~|null|Null|NULL|yes|no|on|off|y|n)\Z", re.IGNORECASE
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class InstrumentFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a document."""

    line: int
    """1-based line."""

    column: int
    """1-based column."""

    found: Message | str
    """What stands there; text is shown as it is."""

    expected: Message
    """What would be right."""

    path: str = ""
    """Where it stands, such as ``$.groups[2].items[0]``; empty where only the line is known."""


class BrokenDocument(Failure, ValueError):
    """A document that cannot be taken; carries every fault found."""

    def __init__(self, name: str, faults: tuple[InstrumentFault, ...]) -> None:
        self.name = name
        self.faults = faults
        super().__init__("")

    def text(self, translate: Callable[..., str]) -> str:
        """A line a fault, with its place."""
        return "\n".join(
            f"{self.name}:{fault.line}:{fault.column}: {self.shown(fault.found, translate)}; "
            f"{fault.expected.text(translate)}"
            for fault in self.faults
        )


class Tree:
    """A document as plain values, with the place of each."""

    def __init__(self, name: str, text: str) -> None:
        """Read one document.

        A fault is what is not YAML, more than one document, one too large or deep, a repeated key, an anchor, an
        alias, a tag, or a plain word that YAML versions read differently.
        """
        self.name = name
        self.faults: list[InstrumentFault] = []
        self._places: dict[str, tuple[int, int]] = {}
        faults: list[YamlFault] = []
        node = read_tree(text.encode(), faults)
        self.faults += [_told(fault) for fault in faults if fault.code != "empty_file"]
        self.value: Any = None if node is None else self._value(node, "$", 0)

    def told(self) -> tuple[InstrumentFault, ...]:
        """What was collected, in the order of the lines."""
        return tuple(sorted(self.faults, key=lambda f: (f.line, f.column)))

    def blame(self, path: str, found: Message | str, expected: Message) -> None:
        """Collect a fault at a path such as ``$.groups[2].items[0]``, or at the nearest place above it."""
        while path not in self._places and path:
            # A key that is any word stands there as [...]; what has another form is looked for no further.
            above = re.sub(r"(\.[^.\[\]]+|\[[^\[\]]*\]|\$)\Z", "", path)
            path = above if above != path else ""
        line, column = self._places.get(path, (1, 1))
        self.faults.append(InstrumentFault(line=line, column=column, found=found, expected=expected, path=path))

    def _value(self, node: Node, path: str, depth: int) -> Any:
        self._places[path] = (node.line, node.column)
        if depth > DEEPEST:
            self.blame(path, Message(N_("hơn %(n)s cấp"), n=DEEPEST), Message(N_("cần ít cấp hơn")))
            return None
        if isinstance(node, Sequence_):
            return [self._value(part, f"{path}[{i}]", depth + 1) for i, part in enumerate(node.items)]
        if isinstance(node, Mapping_):
            return {key.text: self._value(value, f"{path}.{key.text}", depth + 1) for key, value in node.entries}
        assert isinstance(node, Scalar)
        return self._scalar(node, path)

    def _scalar(self, node: Scalar, path: str) -> Any:
        text = node.text
        if unseen := invisible(text):
            self.blame(
                path,
                Message(N_("có ký tự không nhìn thấy được %(found)s"), found=unseen),
                Message(N_("hãy xóa ký tự này")),
            )
        if not node.plain:
            return text
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.match(text):
            return int(text)
        if _GUESSED.match(text) and not _DATE.match(text):
            self.blame(
                path,
                Message(N_("%(text)s không có dấu ngoặc kép"), text=text),
                Message(N_('cần một số nguyên, hoặc "%(text)s" trong dấu ngoặc kép'), text=text),
            )
        return text


def _told(fault: YamlFault) -> InstrumentFault:
    """What YAML may not hold, in words."""
    found = fault.values.get("found")
    one, plain, flat = (
        N_("cần một tài liệu YAML"), N_("cần giá trị viết thẳng"), N_("cần ít cấp hơn"),
    )  # fmt: skip
    words: dict[str, tuple[Message | str, str]] = {
        "too_large": (Message(N_("hơn 5 MB")), N_("cần tệp nhỏ hơn")),
        "repeated_key": (Message(N_("khóa “%(key)s” lần thứ hai"), key=found), N_("mỗi khóa chỉ một lần")),
        "yaml_syntax": (Message(N_("không đọc được: %(why)s"), why=found), one),
        "several_documents": (Message(N_("chỉ được có một tài liệu")), one),
        "too_nested": (Message(N_("quá nhiều cấp lồng nhau")), flat),
        "complex_key": (Message(N_("khóa phải là một từ")), plain),
        "control_character": (Message(N_("có ký tự điều khiển %(found)s"), found=found), plain),
    }
    said, expected = words.get(fault.code, (Message(N_("có neo, bí danh hoặc thẻ kiểu")), plain))
    return InstrumentFault(line=fault.line, column=fault.column, found=said, expected=Message(expected))
