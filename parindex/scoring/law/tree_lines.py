"""The criteria of a file that may be broken: code, name and maximum as they stand, and where each stands.

A set with a defect is no set; its rows can be shown all the same, each with what is wrong with it.
"""

from collections.abc import Iterator

import msgspec

from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_

_PARTS = ("criteria", "items", "areas")


class TreeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One area, criterion or leaf as it stands in a file."""

    code: str
    """As written; may be repeated or empty."""
    title: str
    """In Vietnamese, as written; may be empty."""
    max: str
    """As written; empty on a sum."""
    depth: int
    """1 lĩnh vực, 2 tiêu chí, 3 and deeper tiêu chí thành phần."""
    leaf: bool
    """Whether it has no parts."""
    places: frozenset[int] = frozenset()
    """The lines of everything that belongs to it and to no part of it."""


def head_of(tree: Node | None) -> dict[str, str]:
    """What the head of a file says plainly: `set`, `version`, `tier`, and the others that are one word."""
    if not isinstance(tree, Mapping_):
        return {}
    return {key.text: value.text for key, value in tree.entries if isinstance(value, Scalar) and value.kind != "null"}


def tree_lines(tree: Node | None) -> Iterator[TreeLine]:
    """Every area, criterion and leaf of a file, in its order; what is none is passed over. Never raises."""
    if not isinstance(tree, Mapping_):
        return
    for area in _items(_of(tree, "areas")):
        yield from _below(area, 1)
    adjustments = _of(tree, "adjustments")
    for part in ("bonus", "penalty"):
        for item in _items(_of(_of(adjustments, part), "items")):
            yield from _below(item, 2)


def _below(node: Node, depth: int) -> Iterator[TreeLine]:
    if not isinstance(node, Mapping_):
        return
    parts = _items(_of(node, "criteria"))
    title = _of(node, "title")
    yield TreeLine(
        code=_text(_of(node, "code")),
        title=_text(title) or _text(_of(title, "vi")),
        max=_text(_of(node, "max")),
        depth=depth,
        leaf=not parts,
        places=frozenset(_own(node)),
    )
    for part in parts:
        yield from _below(part, depth + 1)


def _own(node: Node) -> Iterator[int]:
    """Lines of a node without those of its parts."""
    yield node.line
    if isinstance(node, Mapping_):
        for key, value in node.entries:
            yield key.line
            if key.text not in _PARTS:
                yield from _own(value)
    elif isinstance(node, Sequence_):
        for item in node.items:
            yield from _own(item)


def _of(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, Mapping_):
        return None
    return next((value for name, value in node.entries if name.text == key), None)


def _items(node: Node | None) -> list[Node]:
    return list(node.items) if isinstance(node, Sequence_) else []


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and node.kind != "null" else ""
