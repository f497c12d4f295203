"""The tree of a criteria set's file: what YAML may not hold is a defect of the set."""

from parindex.reading import yaml_tree
from parindex.reading.yaml_tree import Mapping_, Node, Scalar, Sequence_, YamlFault, core_kind, tree_of
from parindex.scoring.refusals import Defect

__all__ = ["Mapping_", "Node", "Scalar", "Sequence_", "core_kind", "read_tree", "tree_of"]


def read_tree(data: bytes, defects: list[Defect]) -> Node | None:
    """The one document of a file; None, with defects, where there is no tree at all."""
    faults: list[YamlFault] = []
    tree = yaml_tree.read_tree(data, faults)
    defects += [Defect(code=each.code, values=each.values, line=each.line, column=each.column) for each in faults]
    return tree
