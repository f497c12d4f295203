"""``DESIGN.yaml``: how the sample was drawn and what is estimated from it. What is not known is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from parindex.commands.estimation.design import REPLICATE_KEYS, DesignFile, ReplicateChoice, Wanted
from parindex.commands.estimation.design_tree import design_tree, entries_of, named_files
from parindex.commands.estimation.faults import DataFault
from parindex.commands.estimation.tables import NUMBER, refuse_absent_files
from parindex.commands.estimation.weight_choices import (
    NONRESPONSE_KEYS,
    NONRESPONSE_METHODS,
    CalibrationChoice,
    NonresponseChoice,
    TrimmingChoice,
)
from parindex.messages import listed
from parindex.reading.lookalikes import nearest
from parindex.reading.text import cell
from parindex.reading.yaml_tree import Mapping_, Node, Scalar, Sequence_
from parindex.statistics import QUANTILE_RULES
from parindex.statistics.survey.calibration import CALIBRATION_METHODS
from parindex.statistics.survey.design import LONELY_RULES
from parindex.statistics.survey.intervals import INTERVAL_KINDS
from parindex.statistics.survey.weights import TRIM_UNITS
from parindex.text import N_

STATISTICS: Final = ("mean", "share", "total", "ratio", "quantile", "index")
MISSING_RULES: Final = ("available", "listwise")
REPLICATE_METHODS: Final = ("jk1", "jkn", "brr", "fay", "rao-wu", "given")
INTEGER: Final = re.compile(r"[-+]?[0-9]+")
DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
REPLICATE_LIMIT: Final = 100_000

T = TypeVar("T")


def read_design(path: Path, required: Sequence[str] = ("weights", "estimates")) -> DesignFile:
    """Read and check a design file.

    Args:
        path: The file.
        required: Keys that it must have.

    Raises:
        Unreadable: where it is no YAML, judged (exit 1) where it says something unknown.
    """
    tree = design_tree(path)
    refuse_absent_files(path.parent / name for name in named_files(tree))
    return _DesignReader(path.name)(tree, required)


def _quoted(node: Node) -> bool:
    """Whether a scalar is written in quotes or as a block, and therefore text."""
    return isinstance(node, Scalar) and not node.plain


class _DesignReader:
    """Turns YAML nodes into a design file; every scalar is read from its text."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __call__(self, node: Node, required: Sequence[str]) -> DesignFile:
        keys = {
            "weights": self.text,
            "strata": self.text,
            "stages": self.texts,
            "fpc": self.texts,
            "chosen": self.integer,
            "collapse": self.groups,
            "lonely_psu": self.one_of(LONELY_RULES),
            "missing_values": self.missing_values,
            "missing": self.one_of(MISSING_RULES),
            "level": self.inside(0, 1),
            "interval": self.one_of(INTERVAL_KINDS),
            "icc": self.inside(0, 1),
            "replicates": self.replicates,
            "nonresponse": self.nonresponse,
            "calibration": self.calibration,
            "trimming": self.trimming,
            "estimates": self.wanted_list,
        }
        return DesignFile(source=self.source, **self.mapping(node, "", keys, required=required))

    def fault(self, node: Node, message: str, **values: object) -> DataFault:
        """A fault of one place in the file."""
        return DataFault(message, source=self.source, line=node.line, **values)

    def mapping(
        self,
        node: Node,
        name: str,
        keys: dict[str, Callable[[Node, str], Any]],
        required: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Read the keys of a mapping; unknown, repeated and absent ones are refused."""
        if not isinstance(node, Mapping_):
            raise self.fault(
                node, N_("%(source)s, dòng %(line)s: %(key)s phải là các cặp khóa: giá trị."), key=name or self.source
            )
        found: dict[str, Any] = {}
        for key_node, value in node.entries:
            key = self.text(key_node, name or self.source)
            if key not in keys:
                self.refuse_key(key_node, key, tuple(keys))
            found[key] = keys[key](value, key)
        for key in required:
            if key not in found:
                raise self.fault(
                    node, N_("%(source)s, dòng %(line)s: thiếu khóa %(key)s."), key=f"{name}.{key}" if name else key
                )
        return found

    def refuse_key(self, node: Node, key: str, accepted: tuple[str, ...]) -> None:
        near = nearest(key, accepted)
        if near:
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: không có khóa %(key)s. Có phải là %(near)s không?"),
                key=key,
                near=near,
            )
        raise self.fault(
            node,
            N_("%(source)s, dòng %(line)s: không có khóa %(key)s. Các khóa dùng được: %(accepted)s."),
            key=key,
            accepted=listed(accepted),
        )

    def text(self, node: Node, key: str) -> str:
        """A scalar as it is written: ``no``, ``1.10`` and ``on`` stay what they are."""
        if not isinstance(node, Scalar) or node.kind == "null":
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s phải là một chữ hoặc số."), key=key)
        return cell(node.text)

    def file(self, node: Node, key: str) -> str:
        """The name of a file, whose blanks are its own."""
        self.text(node, key)
        return node.text.strip() if isinstance(node, Scalar) else ""

    def texts(self, node: Node, key: str) -> tuple[str, ...]:
        """A list of scalars; one alone is a list of one."""
        return self.items(node, key, self.text)

    def numbers(self, node: Node, key: str) -> tuple[float, ...]:
        """A list of numbers; one alone is a list of one."""
        return self.items(node, key, self.number)

    def items(self, node: Node, key: str, read: Callable[[Node, str], T]) -> tuple[T, ...]:
        """A list, not empty; one alone is a list of one."""
        if not isinstance(node, Sequence_):
            return (read(node, key),)
        if not node.items:
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s là danh sách rỗng."), key=key)
        return tuple(read(item, key) for item in node.items)

    def names(self, node: Node, key: str) -> tuple[str, ...]:
        """A list of columns without repetition."""
        found = self.texts(node, key)
        if repeated := sorted({name for name in found if found.count(name) > 1}):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s lặp lại %(names)s."), key=key, names=repeated)
        return found

    def values(self, node: Node, key: str) -> tuple[str, ...]:
        """A list of answers without repetition, in whatever digits a number is written."""
        found = self.texts(node, key)
        met = [str(float(text)) if NUMBER.fullmatch(text) else text for text in found]
        if repeated := sorted({text for text, one in zip(found, met, strict=True) if met.count(one) > 1}):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s lặp lại %(names)s."), key=key, names=repeated)
        return found

    def groups(self, node: Node, key: str) -> dict[str, tuple[str, ...]]:
        """Lists of names by name."""
        names = [self.text(name, key) for name, _ in entries_of(node)]
        return self.mapping(node, key, dict.fromkeys(names, self.names))

    def missing_values(self, node: Node, key: str) -> dict[str, tuple[str, ...]]:
        """A list for every item, or a list for each column."""
        return self.groups(node, key) if isinstance(node, Mapping_) else {"": self.names(node, key)}

    def number(self, node: Node, key: str) -> float:
        text = self.text(node, key)
        if _quoted(node) or not DECIMAL.fullmatch(text):
            raise self.fault(
                node, N_("%(source)s, dòng %(line)s: %(key)s phải là số, nhận được %(found)s."), key=key, found=text
            )
        return float(text)

    def integer(self, node: Node, key: str) -> int:
        text = self.text(node, key)
        if _quoted(node) or not INTEGER.fullmatch(text) or int(text) < 0:
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: %(key)s phải là số nguyên từ 0 trở lên, nhận được %(found)s."),
                key=key,
                found=text,
            )
        return int(text)

    def boolean(self, node: Node, key: str) -> bool:
        text = self.text(node, key)
        if _quoted(node) or text not in ("true", "false"):
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: %(key)s phải là true hoặc false, nhận được %(found)s."),
                key=key,
                found=text,
            )
        return text == "true"

    def inside(self, low: float, high: float) -> Callable[[Node, str], float]:
        """A number strictly between two."""

        def read(node: Node, key: str) -> float:
            value = self.number(node, key)
            if not low < value < high:
                raise self.fault(
                    node,
                    N_("%(source)s, dòng %(line)s: %(key)s phải lớn hơn %(low)s và nhỏ hơn %(high)s."),
                    key=key,
                    low=low,
                    high=high,
                )
            return value

        return read

    def one_of(self, accepted: Sequence[str]) -> Callable[[Node, str], str]:
        """One of some words."""

        def read(node: Node, key: str) -> str:
            text = self.text(node, key)
            if text not in accepted:
                raise self.fault(
                    node,
                    N_("%(source)s, dòng %(line)s: %(key)s là %(found)s. Dùng được: %(accepted)s."),
                    key=key,
                    found=text,
                    accepted=listed(accepted),
                )
            return text

        return read

    def replicates(self, node: Node, key: str) -> ReplicateChoice:
        """The keys that each method knows."""
        every = {
            "method": self.one_of(REPLICATE_METHODS),
            "rho": self.number,
            "count": self.integer,
            "seed": self.integer,
            "columns": self.names,
            "prefix": self.text,
            "factors": self.boolean,
            "scale": self.number,
            "rscales": self.numbers,
            "mse": self.boolean,
        }
        choice = ReplicateChoice(**self.mapping(node, key, every, required=("method",)))
        self._check_method(node, key, choice.method, REPLICATE_KEYS[choice.method], ("mse",))
        if choice.method == "given" and bool(choice.columns) == bool(choice.prefix):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: replicates cần columns hoặc prefix."))
        if choice.count > REPLICATE_LIMIT:
            raise self.fault(
                node, N_("%(source)s, dòng %(line)s: count nhiều nhất là %(limit)s."), limit=REPLICATE_LIMIT
            )
        if min(choice.scale, *choice.rscales, 0.0) < 0:
            raise self.fault(node, N_("%(source)s, dòng %(line)s: scale và rscales phải từ 0 trở lên."))
        return choice

    def _check_method(
        self,
        node: Node,
        key: str,
        method: str,
        keys: tuple[tuple[str, ...], tuple[str, ...]],
        always: tuple[str, ...],
    ) -> None:
        """Refuse keys that a method does not know, and ask for those that it needs."""
        needed, allowed = keys
        given = {self.text(name, key): name for name, _ in entries_of(node)}
        for name, at in given.items():
            if name not in ("method", *always, *needed, *allowed):
                raise self.fault(
                    at,
                    N_("%(source)s, dòng %(line)s: %(key)s không dùng với method: %(method)s."),
                    key=name,
                    method=method,
                )
        for name in needed:
            if name not in given:
                raise self.fault(node, N_("%(source)s, dòng %(line)s: thiếu khóa %(key)s."), key=f"{key}.{name}")

    def nonresponse(self, node: Node, key: str) -> NonresponseChoice:
        keys = {
            "responded": self.text,
            "method": self.one_of(NONRESPONSE_METHODS),
            "classes": self.names,
            "least": self.integer,
            "largest": self.inside(1, float("inf")),
            "on": self.names,
            "numbers": self.names,
            "groups": self.integer,
            "weighted": self.boolean,
        }
        choice = NonresponseChoice(**self.mapping(node, key, keys, required=("method", "responded")))
        self._check_method(node, key, choice.method, NONRESPONSE_KEYS[choice.method], ("responded",))
        if choice.method == "propensity" and not (choice.on or choice.numbers):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: nonresponse cần on hoặc numbers."))
        return choice

    def trimming(self, node: Node, key: str) -> TrimmingChoice:
        keys = {
            "lower": self.number,
            "upper": self.number,
            "of": self.one_of(TRIM_UNITS),
            "strict": self.boolean,
        }
        choice = TrimmingChoice(**self.mapping(node, key, keys))
        if not 0 <= choice.lower < choice.upper or (choice.lower, choice.upper) == (0.0, float("inf")):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: trimming cần lower hoặc upper, 0 ≤ lower < upper."))
        return choice

    def calibration(self, node: Node, key: str) -> CalibrationChoice:
        keys = {
            "method": self.one_of(CALIBRATION_METHODS),
            "margins": self.file,
            "sheet": self.text,
            "bounds": self.pair,
        }
        return CalibrationChoice(**self.mapping(node, key, keys, required=("method", "margins")))

    def pair(self, node: Node, key: str) -> tuple[float, float]:
        """Two numbers."""
        values = self.numbers(node, key)
        if len(values) != 2:
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s phải có đúng hai số."), key=key)
        return values[0], values[1]

    def wanted_list(self, node: Node, key: str) -> tuple[Wanted, ...]:
        if not isinstance(node, Sequence_):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: %(key)s phải là danh sách."), key=key)
        return self.items(node, key, self.wanted)

    def wanted(self, node: Node, key: str) -> Wanted:
        """One entry, with the keys that its statistic knows."""
        keys = {
            "statistic": self.one_of(STATISTICS),
            "of": self.texts,
            "values": self.values,
            "weights": self.item_weights,
            "p": self.numbers,
            "rule": self.one_of(QUANTILE_RULES),
            "by": self.names,
            "covariance": self.boolean,
        }
        entry = Wanted(**self.mapping(node, key, keys, required=("statistic", "of")))
        given = {self.text(name, key) for name, _ in entries_of(node)}
        self._check_entry(node, entry, given)
        return entry

    def _check_entry(self, node: Node, entry: Wanted, given: set[str]) -> None:
        needs = {"share": {"values"}, "index": {"values"}, "quantile": {"p"}}.get(entry.statistic, set())
        for missing in sorted(needs - given):
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: statistic: %(statistic)s cần khóa %(key)s."),
                statistic=entry.statistic,
                key=missing,
            )
        may = {"quantile": {"rule"}, "index": {"weights"}}.get(entry.statistic, set())
        refused = {"values", "p", "rule", "weights"} - needs - may
        if entry.statistic == "quantile" and entry.covariance:
            refused = refused | {"covariance"}
        for unused in sorted(refused & given):
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: %(key)s không dùng với statistic: %(statistic)s."),
                key=unused,
                statistic=entry.statistic,
            )
        if entry.statistic == "ratio" and len(entry.of) != 2:
            raise self.fault(node, N_("%(source)s, dòng %(line)s: ratio cần of: [tử số, mẫu số]."))
        if entry.statistic == "index":
            self._check_index(node, entry)
        if any(not 0 <= p <= 1 for p in entry.p):
            raise self.fault(node, N_("%(source)s, dòng %(line)s: p phải từ 0 đến 1."))

    def _check_index(self, node: Node, entry: Wanted) -> None:
        """The items of an index, each once, and a weight for each."""
        if repeated := sorted({name for name in entry.of if entry.of.count(name) > 1}):
            raise self.fault(
                node, N_("%(source)s, dòng %(line)s: %(key)s lặp lại %(names)s."), key="of", names=repeated
            )
        if entry.weights is None:
            return
        if different := sorted(set(entry.of) ^ set(entry.weights)):
            raise self.fault(
                node,
                N_("%(source)s, dòng %(line)s: weights phải có đúng các mục của of; thừa hoặc thiếu: %(names)s."),
                names=different,
            )
        if min(entry.weights.values()) < 0 or not sum(entry.weights.values()) > 0:
            raise self.fault(
                node, N_("%(source)s, dòng %(line)s: weights phải từ 0 trở lên và có ít nhất một số lớn hơn 0.")
            )

    def item_weights(self, node: Node, key: str) -> dict[str, float] | None:
        """``equal``, or a number for each item."""
        if isinstance(node, Scalar):
            self.one_of(("equal",))(node, key)
            return None
        names = [self.text(name, key) for name, _ in entries_of(node)]
        return self.mapping(node, key, dict.fromkeys(names, self.number))
