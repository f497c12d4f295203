"""A set that extends a framework: a lower level adds criteria under the areas that the framework leaves open.

Written so that it only adds, it is read with its framework; written out, as it is stored, it names the framework's digest
and stands alone. Both are the same set with the same digest, of which the framework's is part.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from parindex.reading.lookalikes import nearest
from parindex.scoring.law.canonical import digest, to_document
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.law.reading import SetReading
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_, read_tree, tree_of

_OWN: Final = (
    "extends", "set", "version", "title", "status", "tier", "years", "supersedes", "legal_basis", "inputs", "areas",
)  # fmt: skip
"""What a set that only adds says; everything else is its framework's."""

_REQUIRED: Final = ("set", "version", "title", "status", "tier", "years", "areas")
_REPLACED: Final = ("set", "version", "title", "status", "tier", "years", "supersedes")


def named_framework(data: bytes) -> tuple[str, str] | None:
    """(family, version) of the framework with which a file has to be read; ``None`` for one that stands alone."""
    ours = _entries(read_tree(data, []))
    extends = _entries(ours.get("extends"))
    if not extends or "digest" in extends:
        return None
    family, version = extends.get("set"), extends.get("version")
    if not isinstance(family, Scalar) or not isinstance(version, Scalar):
        return None
    return family.text, version.text


def written_out(tree: Node, framework: CriteriaSet | None, reading: SetReading) -> Node | None:
    """The tree with its framework in it; as it is where it stands alone, ``None`` where the framework is not at hand.

    Args:
        tree: Of the file.
        framework: The set that it extends, if it was found.
        reading: Takes what is wrong.
    """
    ours = _entries(tree)
    extends = ours.get("extends")
    if extends is None or "digest" in _entries(extends):
        return tree
    fields = reading.fields(extends, ("set", "version"), ("set", "version"))
    named = (fields.take("set", reading.slug), fields.take("version", reading.version)) if fields else (None, None)
    if None in named:
        return None
    if framework is None:
        reading.fail(extends, "framework_missing", found=f"{named[0]} {named[1]}")
        return None
    if named != (framework.family, framework.version):
        found = f"{framework.family} {framework.version}"
        reading.fail(extends, "framework_other", found=found, expected=f"{named[0]} {named[1]}")
        return None
    own = reading.fields(tree, _OWN, _REQUIRED)
    if own is None:
        return None
    base = dict(_entries(tree_of(to_document(framework))))
    stamp = {"set": framework.family, "version": framework.version, "digest": digest(framework)}
    for key in _REPLACED:
        base.pop(key, None)
        if key in own:
            base[key] = own.values[key]
    base["extends"] = tree_of(stamp)
    for key in ("inputs", "legal_basis"):
        if key in own:
            base[key] = _joined(base.get(key), own.values[key], reading)
    if "areas" in own:
        base["areas"] = _areas(framework, base["areas"], own.values["areas"], reading)
    entries = [(Scalar(text=key, kind="text", loose=True), value) for key, value in base.items()]
    return Mapping_(entries=entries, line=tree.line, column=tree.column)


def only_adds(criteria_set: CriteriaSet, framework: CriteriaSet) -> bool:
    """Whether a set that was written out is the framework that it names, and more under its open areas alone."""
    if criteria_set.extends is None or criteria_set.extends.digest != digest(framework):
        return False
    ours, base = to_document(criteria_set), to_document(framework)
    grown = {*_REPLACED, "extends", "inputs", "legal_basis", "areas"}
    if {key: one for key, one in ours.items() if key not in grown} != {
        key: one for key, one in base.items() if key not in grown
    }:
        return False
    if not base.get("inputs", {}).items() <= ours.get("inputs", {}).items():
        return False
    if not _begins(ours.get("legal_basis", []), base.get("legal_basis", [])):
        return False
    pairs = list(zip(ours["areas"], base["areas"], strict=False))
    return len(ours["areas"]) == len(base["areas"]) and all(_same_area(one, other) for one, other in pairs)


def _same_area(ours: dict[str, Any], base: dict[str, Any]) -> bool:
    rest = [{key: value for key, value in area.items() if key != "criteria"} for area in (ours, base)]
    added = ours["criteria"] != base["criteria"]
    return rest[0] == rest[1] and _begins(ours["criteria"], base["criteria"]) and (base.get("open", False) or not added)


def _begins(longer: list[Any], start: list[Any]) -> bool:
    return longer[: len(start)] == start


def _entries(node: Node | None) -> Mapping[str, Node]:
    return {key.text: value for key, value in node.entries} if isinstance(node, Mapping_) else {}


def _joined(base: Node | None, own: Node, reading: SetReading) -> Node:
    """What the framework has, then what is added."""
    if isinstance(own, Sequence_) and isinstance(base, Sequence_):
        return msgspec.structs.replace(own, items=[*base.items, *own.items])
    if isinstance(own, Mapping_) and isinstance(base, Mapping_):
        known = {key.text for key, _ in base.entries}
        for key, _ in own.entries:
            if key.text in known:
                reading.fail(key, "shadowed_input", found=key.text)
        return msgspec.structs.replace(own, entries=[*base.entries, *own.entries])
    return own


def _areas(framework: CriteriaSet, base: Node, added: Node, reading: SetReading) -> Node:
    """The areas of the framework, each with what is added to it behind its own criteria."""
    assert isinstance(base, Sequence_)
    open_ = {area.code: area.open for area in framework.areas}
    more: dict[str, list[Node]] = {}
    for item in reading.items(added) or []:
        fields = reading.fields(item, ("code", "criteria"), ("code", "criteria"))
        code = fields.take("code", reading.code) if fields else None
        parts = fields.take("criteria", reading.items) if fields else None
        if fields is None or code is None:
            continue
        if code not in open_:
            reading.fail(fields.values["code"], "framework_area", found=code, nearest=nearest(code, open_))
        elif not open_[code]:
            reading.fail(fields.values["code"], "framework_closed", found=code)
        else:
            more.setdefault(code, []).extend(parts or [])
    areas: list[Node] = []
    for area in base.items:
        held = _entries(area)
        code = getattr(held["code"], "text", "")
        grown = {**held, "criteria": _longer(held["criteria"], more.get(code, []))}
        areas.append(Mapping_(entries=[(Scalar(text=key, kind="text", loose=True), one) for key, one in grown.items()]))
    return Sequence_(items=areas)


def _longer(criteria: Node, more: list[Node]) -> Node:
    return Sequence_(items=[*criteria.items, *more]) if isinstance(criteria, Sequence_) else criteria
