"""Strict reading of a YAML document: every value keeps its line, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
import yaml

from parindex.messages import N_, Failure, Message

LARGEST: Final = 5_000_000
DEEPEST: Final = 12

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_GUESSED: Final = re.compile(
    r"([-+.]?[0-9][0-9_]*[.:eE][0-9_.:eE+-]*|~|null|Null|NULL|yes|no|on|off|y|n)\Z", re.IGNORECASE
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a document."""

    line: int
    """1-based line."""

    column: int
    """1-based column."""

    found: Message | str
    """What stands there; text is shown as it is."""

    expected: Message
    """What would be right."""


class BrokenDocument(Failure, ValueError):
    """A document that cannot be taken; carries every fault found."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = tuple(faults)
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

        Raises:
            BrokenDocument: not YAML, more than one document, too large or deep, a repeated key, an anchor, an
                alias, a tag, or a plain word that YAML versions read differently.
        """
        self.name = name
        self.faults: list[Fault] = []
        self._places: dict[str, tuple[int, int]] = {}
        if len(text.encode()) > LARGEST:
            large = Fault(line=1, column=1, found=Message(N_("hơn 5 MB")), expected=Message(N_("cần tệp nhỏ hơn")))
            raise BrokenDocument(name, [large])
        try:
            self._refuse_aliases(text)
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            expected = Message(N_("cần một tài liệu YAML"))
            fault = Fault(line=place[0], column=place[1], found=str(error.problem), expected=expected)
            raise BrokenDocument(name, [fault]) from None
        self.value: Any = None if node is None else self._value(node, "$", 0)
        self.check()

    def check(self) -> None:
        """Raise what was collected."""
        if self.faults:
            raise BrokenDocument(self.name, sorted(self.faults, key=lambda f: (f.line, f.column)))

    def blame(self, path: str, found: Message | str, expected: Message) -> None:
        """Collect a fault at a path such as ``$.groups[2].items[0]``, or at the nearest place above it."""
        while path not in self._places and path:
            path = re.sub(r"(\.[^.\[\]]+|\[\d+\]|\$)\Z", "", path)
        line, column = self._places.get(path, (1, 1))
        self.faults.append(Fault(line=line, column=column, found=found, expected=expected))

    def _refuse_aliases(self, text: str) -> None:
        for token in yaml.scan(text, Loader=yaml.SafeLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                mark = token.start_mark
                fault = Fault(
                    line=mark.line + 1, column=mark.column + 1,
                    found=Message(N_("có neo, bí danh hoặc thẻ kiểu")), expected=Message(N_("cần giá trị viết thẳng")),
                )  # fmt: skip
                raise BrokenDocument(self.name, [fault])

    def _value(self, node: yaml.Node, path: str, depth: int) -> Any:
        self._places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if depth > DEEPEST:
            self.blame(path, Message(N_("hơn %(n)s cấp"), n=DEEPEST), Message(N_("cần ít cấp hơn")))
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self._value(part, f"{path}[{i}]", depth + 1) for i, part in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            value = self._value(value_node, f"{path}.{key}", depth + 1)
            if key in values:
                self.blame(
                    f"{path}.{key}",
                    Message(N_("khóa “%(key)s” lần thứ hai"), key=key),
                    Message(N_("mỗi khóa chỉ một lần")),
                )
            values[key] = value
        return values

    def _scalar(self, node: yaml.Node, path: str) -> Any:
        text: str = node.value
        if isinstance(node, yaml.ScalarNode) and node.style is not None:
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
