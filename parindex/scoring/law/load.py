"""A criteria set from its YAML, strictly: every defect at once, each with its place."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from parindex.reading.lookalikes import nearest
from parindex.scoring.digits import shortest
from parindex.scoring.law import heading
from parindex.scoring.law.appraisers import unappraised
from parindex.scoring.law.frameworks import written_out
from parindex.scoring.law.inputs import PLATFORM, Input, Text
from parindex.scoring.law.model import (
    LEAF_ONLY,
    Adjustment,
    Area,
    CriteriaSet,
    Criterion,
)
from parindex.scoring.law.parts_of import wholes_of
from parindex.scoring.law.reading import Fields, SetReading, words
from parindex.scoring.law.yaml_tree import Node, Scalar, invisible_characters, read_tree, tree_of
from parindex.scoring.refusals import BrokenSet, Defect
from parindex.scoring.rules.making.expressions import RESERVED
from parindex.scoring.rules.making.reader import RuleReader
from parindex.scoring.rules.making.rule_reading import read_rule

MOST_DEPTH: Final = 12
"""Levels of areas and criteria."""

_SET: Final = (
    "set", "version", "title", "status", "tier", "years", "supersedes", "extends", "legal_basis", "print_places",
    "compare", "ties", "no_survey", "classes", "attributes", "inputs", "areas", "adjustments",
)  # fmt: skip
_SET_REQUIRED: Final = ("set", "version", "title", "status", "tier", "years", "areas")
_AREA: Final = ("code", "title", "max", "appraiser", "needs", "may_be_inapplicable", "open", "criteria")
_CRITERION: Final = (
    "code", "title", "max", "evidence", "evidence_from", "evidence_to", "confirmed_by", "guidance", "needs",
    "may_be_inapplicable", "appraiser", "inputs", "rule", "criteria",
)  # fmt: skip
_TYPES: Final = ("boolean", "count", "decimal", "percent", "choice", "date")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What checking one set found."""

    criteria_set: CriteriaSet | None
    """None where there are defects."""
    defects: tuple[Defect, ...]
    """In the order of the file."""
    warnings: tuple[Defect, ...]
    """What is allowed and doubtful, in the order of the file."""
    untranslated: int
    """Texts without English."""
    unappraised: tuple[Defect, ...] = ()
    """Areas and items of which nobody is named to appraise some leaf: the set scores, but no year opens with it."""


def load(path: str | Path, framework: CriteriaSet | None = None) -> CriteriaSet:
    """Read a criteria set.

    Raises:
        BrokenSet: with every defect.
        OSError: the file cannot be read.
    """
    return load_bytes(Path(path).read_bytes(), str(path), framework)


def load_bytes(data: bytes, name: str, framework: CriteriaSet | None = None) -> CriteriaSet:
    """Read a criteria set from bytes; `name` is what defects call the file.

    Raises:
        BrokenSet: with every defect.
    """
    return _whole(check_bytes(data, name, framework))


def check_bytes(data: bytes, name: str, framework: CriteriaSet | None = None) -> Checked:
    """Read a criteria set and say everything that is wrong or doubtful. Never raises.

    Args:
        data: The file.
        name: What defects call it.
        framework: The set that it extends; a set that stands alone needs none.
    """
    reading = SetReading(name)
    found: list[Defect] = []
    tree = read_tree(data, found)
    reading.defects.extend(msgspec.structs.replace(defect, file=name) for defect in found)
    seen = _seen(tree, reading)
    return _checked(reading, None if seen is None else written_out(seen, framework, reading))


def check_tree(tree: Node, name: str) -> Checked:
    """The same for a tree that was made from something else than YAML. Never raises."""
    reading = SetReading(name)
    return _checked(reading, _seen(tree, reading))


def _seen(tree: Node | None, reading: SetReading) -> Node | None:
    """The same tree, after what nobody sees in it was told; what is stored already is read as it stands."""
    for defect in () if tree is None else invisible_characters(tree):
        reading.defects.append(msgspec.structs.replace(defect, file=reading.file))
    return tree


def from_document(document: Mapping[str, Any]) -> CriteriaSet:
    """The set that `to_document` wrote; texts stand where the YAML has numbers.

    Raises:
        BrokenSet: it is not such a document.
    """
    return _whole(_checked(SetReading(""), tree_of(document)))


def _whole(checked: Checked) -> CriteriaSet:
    if checked.criteria_set is None:
        raise BrokenSet(checked.defects)
    return checked.criteria_set


def _checked(reading: SetReading, tree: Node | None) -> Checked:
    reader = _SetReader(reading)
    criteria_set = reader.read(tree) if tree is not None else None
    return Checked(
        criteria_set=None if reading.defects else criteria_set,
        defects=tuple(sorted(reading.defects, key=lambda d: (d.line, d.column))),
        warnings=tuple(sorted(reading.warnings, key=lambda d: (d.line, d.column))),
        untranslated=reading.untranslated,
        unappraised=()
        if reading.defects or criteria_set is None
        else tuple(unappraised(criteria_set, reader.codes, reading.file)),
    )


class _SetReader:
    """Reads one set; knows what was declared and what was used."""

    def __init__(self, reading: SetReading):
        self.reading = reading
        self.codes: dict[str, Node] = {}
        self.attributes: dict[str, Input | None] = {}
        self.inputs: dict[str, Input | None] = {}
        self.used: set[str] = set()
        self.in_penalty = False

    def read(self, node: Node) -> CriteriaSet | None:
        fields = self.reading.fields(node, _SET, _SET_REQUIRED)
        if fields is None:
            return None
        self.attributes = fields.take("attributes", self._inputs, attributes=True) or {}
        self.inputs = fields.take("inputs", self._inputs) or {}
        self.used |= wholes_of(self.reading, fields.get("inputs"), self.inputs, self.inputs)
        values = {**self._heading(fields), **self._choices(fields), **self._content(fields)}
        self._unused_inputs(fields.get("inputs"), self.inputs, self.used)
        if self.reading.defects:
            return None
        return CriteriaSet(**{key: value for key, value in values.items() if value is not None})

    def _heading(self, fields: Fields) -> dict[str, Any]:
        read = self.reading
        return {
            "family": fields.take("set", read.slug),
            "version": fields.take("version", read.version),
            "title": fields.take("title", read.text),
            "status": fields.take("status", read.one_of, ("illustrative", "official")),
            "tier": fields.take("tier", read.slug),
            "years": fields.take("years", heading.years, read),
            "supersedes": fields.take("supersedes", read.version),
            "extends": fields.take("extends", heading.extends, read),
            "legal_basis": fields.take("legal_basis", heading.legal_basis, read),
        }

    def _choices(self, fields: Fields) -> dict[str, Any]:
        read = self.reading
        return {
            "print_places": fields.take("print_places", read.integer, 0, 12),
            "compare": fields.take("compare", read.one_of, ("exact", "printed")),
            "ties": fields.take("ties", read.one_of, ("competition", "dense")),
            "no_survey": fields.take("no_survey", read.one_of, ("rescale", "zero", "refuse")),
            "classes": fields.take("classes", heading.classes, read),
            "attributes": self.attributes,
            "inputs": self.inputs,
        }

    def _content(self, fields: Fields) -> dict[str, Any]:
        areas = fields.take("areas", self._list, self._area)
        adjustments = fields.take("adjustments", self.reading.fields, ("bonus", "penalty"))
        return {
            "areas": areas,
            "bonus": adjustments.take("bonus", self._adjustment) if adjustments else None,
            "penalty": adjustments.take("penalty", self._penalty) if adjustments else None,
        }

    def _list(self, node: Node, read: Callable[[Node], Any]) -> tuple[Any, ...] | None:
        items = self.reading.items(node)
        return None if items is None else tuple(value for item in items if (value := read(item)) is not None)

    # inputs

    def _inputs(self, node: Node, *, attributes: bool = False) -> dict[str, Input | None] | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        inputs: dict[str, Input | None] = {}
        for key, value in entries:
            name = self.reading.name(key)
            if name is None:
                continue
            if name in (PLATFORM if attributes else RESERVED):
                self.reading.fail(key, "reserved_name", found=name)
            declared = self._input(value, key, attributes=attributes)
            if attributes and name == "ranked" and declared is not None and declared.type != "boolean":
                self.reading.fail(key, "input_type", name=name, found=declared.type, expected=("boolean",))
            inputs[name] = declared
        return inputs

    def _input(self, node: Node, key: Scalar, *, attributes: bool) -> Input | None:
        known = ("type", "label", "options", "option_labels", "most", "unit", *(() if attributes else ("part_of",)))
        fields = self.reading.fields(node, known, ("type",))
        if fields is None:
            return None
        types = (*_TYPES, "text") if attributes else _TYPES
        kind = fields.take("type", self.reading.one_of, types)
        label = fields.take("label", self.reading.text)
        if "label" not in fields:
            self.reading.warn(key, "no_label", found=key.text)
        options = fields.take("options", self._options) or ()
        labels = fields.take("option_labels", self._option_labels, options) or {}
        most = fields.take("most", self.reading.decimal, above=0)
        self._input_keys(fields, kind)
        unit = fields.take("unit", self.reading.text)
        part_of = fields.take("part_of", self.reading.name)
        if kind is None:
            return None
        return Input(
            type=kind, label=label, options=options, option_labels=labels, most=most, unit=unit, part_of=part_of
        )

    def _input_keys(self, fields: Fields, kind: str | None) -> None:
        if kind == "choice" and "options" not in fields:
            self.reading.fail(fields.node, "missing_key", expected="options")
        for key, owner in (("options", "choice"), ("option_labels", "choice"), ("most", "percent")):
            node = fields.get(key)
            if node is not None and kind is not None and kind != owner:
                self.reading.fail(node, "key_of_other_type", found=key, expected=owner)

    def _options(self, node: Node) -> tuple[str, ...] | None:
        items = self.reading.items(node)
        if items is None:
            return None
        options: list[str] = []
        for item in items:
            option = self.reading.string(item)
            if option is None:
                continue
            if option in options or option == "not_applicable":
                code = "repeated_item" if option in options else "reserved_name"
                self.reading.fail(item, code, found=option)
            options.append(option.strip())
        return tuple(options)

    def _option_labels(self, node: Node, options: tuple[str, ...]) -> dict[str, Text] | None:
        entries = self.reading.mapping(node)
        if entries is None:
            return None
        labels: dict[str, Text] = {}
        for key, value in entries:
            if key.text not in options:
                near = nearest(key.text, options)
                self.reading.fail(key, "unknown_option", found=key.text, nearest=near, expected=options)
            text = self.reading.text(value)
            if text is not None:
                labels[key.text] = text
        return labels

    # areas and criteria

    def _code(self, fields: Fields) -> str | None:
        node = fields.get("code")
        code = self.reading.code(node) if node is not None else None
        if node is None or code is None:
            return None
        if code in self.codes:
            self.reading.fail(node, "repeated_code", found=code, first=self.codes[code].line)
        self.codes.setdefault(code, node)
        return code

    def _needs(self, fields: Fields) -> str | None:
        node = fields.get("needs")
        name = self.reading.name(node) if node is not None else None
        if node is None or name is None:
            return None
        if name not in self.attributes:
            self.reading.fail(node, "undeclared_attribute", found=name, nearest=nearest(name, self.attributes))
            return None
        declared = self.attributes[name]
        if declared is not None and declared.type != "boolean":
            self.reading.fail(node, "input_type", name=name, found=declared.type, expected=("boolean",))
        return name

    def _common(self, fields: Fields) -> dict[str, Any]:
        return {
            "code": self._code(fields),
            "title": fields.take("title", self.reading.text),
            "needs": self._needs(fields),
            "may_be_inapplicable": bool(fields.take("may_be_inapplicable", self.reading.boolean)),
            "appraiser": fields.take("appraiser", self.reading.slug),
        }

    def _area(self, node: Node) -> Area | None:
        fields = self.reading.fields(node, _AREA, ("code", "title", "criteria"))
        if fields is None:
            return None
        common = self._common(fields)
        open_ = bool(fields.take("open", self.reading.boolean))
        parts, total = self._parts(fields, 2)
        if None in (common["code"], common["title"]):
            return None
        return Area(**common, max=total, criteria=parts, open=open_)

    def _parts(self, fields: Fields, depth: int) -> tuple[tuple[Criterion, ...], Decimal]:
        """The parts and the sum of their maxima, which a written maximum has to equal."""
        node = fields.get("criteria")
        items = self.reading.items(node) if node is not None else []
        if node is not None and depth > MOST_DEPTH:
            self.reading.fail(node, "too_deep", expected=MOST_DEPTH)
            return (), Decimal(0)
        before = len(self.reading.defects)
        parts = tuple(part for item in items or [] if (part := self._criterion(item, depth)) is not None)
        total = Decimal(shortest(sum((part.max for part in parts), Decimal(0))))
        written = fields.take("max", self.reading.decimal, above=0)
        whole = len(self.reading.defects) == before
        if written is not None and written != total and whole:
            self.reading.fail(fields.values["max"], "max_differs", found=written, expected=total)
        return parts, total

    def _criterion(self, node: Node, depth: int) -> Criterion | None:
        fields = self.reading.fields(node, _CRITERION, ("code", "title"))
        if fields is None:
            return None
        common = self._common(fields)
        common["guidance"] = fields.take("guidance", self.reading.text)
        if ("rule" in fields) == ("criteria" in fields):
            self.reading.fail(fields.node, "rule_or_criteria", found="both" if "rule" in fields else "neither")
            self.used |= words(node)
            return None
        if "criteria" in fields:
            return self._sum(fields, common, depth)
        return self._leaf(fields, common)

    def _sum(self, fields: Fields, common: dict[str, Any], depth: int) -> Criterion | None:
        for key in LEAF_ONLY:
            if key in fields:
                self.reading.fail(fields.values[key], "leaf_only", found=key)
        parts, total = self._parts(fields, depth + 1)
        if None in (common["code"], common["title"]):
            return None
        return Criterion(**common, max=total, criteria=parts)

    def _leaf(self, fields: Fields, common: dict[str, Any]) -> Criterion | None:
        if "max" not in fields:
            self.reading.fail(fields.node, "missing_key", expected="max")
        maximum = fields.take("max", self.reading.decimal, above=0)
        inputs = fields.take("inputs", self._inputs) or {}
        for name in inputs:
            if name in self.inputs:
                self.reading.fail(fields.values["inputs"], "shadowed_input", found=name)
        evidence = fields.take("evidence", self.reading.one_of, ("required", "optional", "none"))
        known = {**(PLATFORM if self.in_penalty else {}), **self.inputs, **inputs}
        wholes = wholes_of(self.reading, fields.get("inputs"), inputs, known)
        reader = RuleReader(self.reading, known, maximum)
        rule = read_rule(reader, fields.values["rule"])
        # A rule that could not be read may use whatever it mentions.
        used = wholes | (reader.used if rule is not None else reader.used | words(fields.values["rule"]))
        self.used |= used
        self._unused_inputs(fields.get("inputs"), inputs, used)
        whole = {name: one for name, one in inputs.items() if one is not None}
        if maximum is None or rule is None or len(whole) < len(inputs) or None in (common["code"], common["title"]):
            return None
        return Criterion(
            **common, max=maximum, rule=rule, inputs=whole, evidence=evidence or "required", **self._proof(fields)
        )

    def _proof(self, fields: Fields) -> dict[str, Any]:
        """When evidence has to be issued, and who confirms the fact."""
        first, last = (fields.take(key, self.reading.date) for key in ("evidence_from", "evidence_to"))
        if first is not None and last is not None and first > last:
            self.reading.fail(fields.values["evidence_to"], "window_empty", found=last, expected=first)
        return {
            "evidence_from": first,
            "evidence_to": last,
            "confirmed_by": fields.take("confirmed_by", self.reading.slug),
        }

    def _adjustment(self, node: Node) -> Adjustment | None:
        fields = self.reading.fields(node, ("cap", "items"), ("cap", "items"))
        if fields is None:
            return None
        cap = fields.take("cap", self.reading.decimal, above=0)
        items = fields.take("items", self._list, self._item)
        return None if cap is None or items is None else Adjustment(cap=cap, items=items)

    def _penalty(self, node: Node) -> Adjustment | None:
        # The platform gives the days that a sheet came late, and only a penalty may look at them.
        self.in_penalty = True
        return self._adjustment(node)

    def _item(self, node: Node) -> Criterion | None:
        item = self._criterion(node, 2)
        if item is not None and not item.is_leaf:
            self.reading.fail(node, "item_not_leaf", found=item.code)
        return item

    # what nobody uses

    def _unused_inputs(self, node: Node | None, inputs: Mapping[str, Any], used: set[str]) -> None:
        entries = getattr(node, "entries", ())
        for key, _ in entries:
            if key.text in inputs and key.text not in used:
                self.reading.fail(key, "unused_input", found=key.text)
