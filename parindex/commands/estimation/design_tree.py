"""A design file as a tree of YAML, and the files that it names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parindex.commands.estimation.faults import DataFault, UnreadableData
from parindex.commands.failures import OF_ANOTHER_KIND
from parindex.messages import Message
from parindex.reading.causes import system_cause
from parindex.reading.yaml_tree import Mapping_, Node, Scalar, YamlFault, read_tree
from parindex.text import N_
from parindex.wording.set_defects import DEFECTS

MARGINS: Final = ("calibration", "margins")
"""Where a design file names another."""


def entries_of(node: Node) -> list[tuple[Scalar, Node]]:
    """Keys and values of a mapping; none of anything else."""
    return node.entries if isinstance(node, Mapping_) else []


def named_files(node: Node) -> list[str]:
    """Files that a design file names, whatever else is wrong in it."""
    named = [
        of for key, value in entries_of(node) for name, of in entries_of(value) if (key.text, name.text) == MARGINS
    ]
    return [of.text.strip() for of in named if isinstance(of, Scalar) and of.kind != "null"]


def design_tree(path: Path) -> Node:
    """The tree of a file.

    Raises:
        UnreadableData: where it is no YAML, judged (exit 1) where it is refused.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableData(N_("Không có tệp %(path)s."), path=path) from None
    except (OSError, ValueError) as error:
        raise UnreadableData(N_("Không đọc được %(path)s: %(why)s."), path=path, why=system_cause(error)) from None
    faults: list[YamlFault] = []
    node = read_tree(content, faults)
    for fault in faults:
        if fault.code == "empty_file":
            raise DataFault(N_("%(path)s là tệp rỗng."), path=path)
        kind = UnreadableData if fault.code in OF_ANOTHER_KIND else DataFault
        why = Message(DEFECTS[fault.code], **fault.values)
        raise kind(
            N_("%(path)s, dòng %(line)s, cột %(column)s: %(why)s"),
            path=path.name, line=fault.line, column=fault.column, why=why,
        )  # fmt: skip
    assert node is not None
    return node
