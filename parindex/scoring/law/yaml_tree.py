"""The tree of a criteria set's file: what YAML may not hold is a defect of the set."""

from collections.abc import Iterator

from parindex.reading import yaml_tree
from parindex.reading.text import invisible
from parindex.reading.yaml_tree import Mapping_, Node, Scalar, Sequence_, YamlFault, core_kind, tree_of
from parindex.scoring.refusals import Defect

__all__ = ["Mapping_", "Node", "Scalar", "Sequence_", "core_kind", "invisible_characters", "read_tree", "tree_of"]


def read_tree(data: bytes, defects: list[Defect]) -> Node | None:
    """The one document of a file; None, with defects, where there is no tree at all."""
    faults: list[YamlFault] = []
    tree = yaml_tree.read_tree(data, faults)
    defects += [Defect(code=each.code, values=each.values, line=each.line, column=each.column) for each in faults]
    return tree


def invisible_characters(tree: Node) -> Iterator[Defect]:
    """What nobody sees in the words of a file, each place once: in a code or a name it makes two of what looks like one."""
    if isinstance(tree, Mapping_):
        for key, value in tree.entries:
            yield from invisible_characters(key)
            yield from invisible_characters(value)
    elif isinstance(tree, Sequence_):
        for item in tree.items:
            yield from invisible_characters(item)
    elif isinstance(tree, Scalar) and (found := invisible(tree.text)):
        yield Defect(code="invisible_character", values={"found": found}, line=tree.line, column=tree.column)
