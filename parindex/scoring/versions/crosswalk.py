"""A crosswalk: what each leaf of an older set has become in a newer one, checked for completeness and truth."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from parindex.reading.lookalikes import nearest
from parindex.scoring.law.inputs import Text
from parindex.scoring.law.model import CriteriaSet, Place, leaves
from parindex.scoring.law.reading import CODE, Fields, SetReading
from parindex.scoring.law.yaml_tree import Node, Sequence_, read_tree
from parindex.scoring.refusals import BrokenSet, Defect
from parindex.scoring.versions.comparison import Comparison, Detail, identity
from parindex.scoring.versions.likeness import differences, obstacles
from parindex.scoring.versions.matching import Became, MatchedPair

EntryKind = Literal["same", "reworded", "split", "merged", "dropped", "new"]
KINDS: Final[tuple[EntryKind, ...]] = ("same", "reworded", "split", "merged", "dropped", "new")
BRIDGED: Final = ("same", "reworded")
"""What can be compared across the years."""

_KEYS: Final = ("crosswalk", "status", "older", "newer", "entries")
_SIDES: Final = ("set", "version", "digest")


class CrosswalkEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What one leaf, or several, became."""

    kind: EntryKind
    """`same`: nothing that is asked or given differs. `reworded`: other words, dates of the new year or another
    maximum, the rule in proportion. `split`, `merged`: into several, from several. `dropped`, `new`: no counterpart."""
    older: tuple[str, ...]
    """Leaves of the older set; none where new."""
    newer: tuple[str, ...]
    """Leaves of the newer set; none where dropped."""
    note: Text | None = None
    """What the reviewer wants to be known."""


class Crosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """A whole crosswalk between two sets."""

    status: Literal["draft", "reviewed"]
    """A draft is a proposal that nobody has answered for yet."""
    older: Mapping[str, str]
    """Set, version and digest of the older one."""
    newer: Mapping[str, str]
    """Set, version and digest of the newer one."""
    entries: tuple[CrosswalkEntry, ...]
    """Every leaf of both sets, bonus and penalty too, exactly once."""

    def pairs(self) -> tuple[tuple[str, str, EntryKind], ...]:
        """(older leaf, newer leaf, kind) of what can be compared across the years."""
        return tuple((one.older[0], one.newer[0], one.kind) for one in self.entries if one.kind in BRIDGED)

    def became(self) -> Became:
        """What each leaf of the older set became, for `compare`: leaves of the newer one, where it has any."""
        return {code: entry.newer for entry in self.entries for code in entry.older}


class CheckedCrosswalk(msgspec.Struct, frozen=True, kw_only=True):
    """What checking a crosswalk found."""

    crosswalk: Crosswalk | None
    """None where there are defects."""
    defects: tuple[Defect, ...]
    """In the order of the file."""
    warnings: tuple[Defect, ...]
    """What is allowed and doubtful."""


def check_crosswalk(data: bytes, name: str, older: CriteriaSet, newer: CriteriaSet) -> CheckedCrosswalk:
    """Read a crosswalk and say everything that is wrong or doubtful, each with its place. Never raises."""
    reading = SetReading(name)
    found: list[Defect] = []
    tree = read_tree(data, found)
    reading.defects.extend(msgspec.structs.replace(defect, file=name) for defect in found)
    crosswalk = _CrosswalkReader(reading, older, newer).read(tree) if tree is not None else None
    return CheckedCrosswalk(
        crosswalk=None if reading.defects else crosswalk,
        defects=tuple(sorted(reading.defects, key=lambda d: (d.line, d.column))),
        warnings=tuple(reading.warnings),
    )


def named_sets(data: bytes, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """(family, version) of the older and the newer set that a crosswalk names.

    Raises:
        BrokenSet: it names none, with what is wrong.
    """
    reading, found = SetReading(name), list[Defect]()
    tree = read_tree(data, found)
    reading.defects += [msgspec.structs.replace(defect, file=name) for defect in found]
    fields = reading.fields(tree, _KEYS, _KEYS) if tree is not None else None
    sides = [fields.take(side, reading.fields, _SIDES, _SIDES) for side in ("older", "newer")] if fields else []
    named = [(one.take("set", reading.slug), one.take("version", reading.version)) for one in sides if one]
    if len(named) < 2 or None in named[0] or None in named[1]:
        raise BrokenSet(reading.defects)
    return (str(named[0][0]), str(named[0][1])), (str(named[1][0]), str(named[1][1]))


class _CrosswalkReader:
    """Reads one crosswalk; knows which leaf stood where."""

    def __init__(self, reading: SetReading, older: CriteriaSet, newer: CriteriaSet):
        self.reading = reading
        self.older, self.newer = older, newer
        self.known = {"older": _codes(older), "newer": _codes(newer)}
        self.seen: dict[tuple[str, str], int] = {}
        self.alone: dict[str, list[tuple[Node, str]]] = {"dropped": [], "new": []}

    def read(self, node: Node) -> Crosswalk | None:
        fields = self.reading.fields(node, _KEYS, _KEYS)
        if fields is None:
            return None
        fields.take("crosswalk", self.reading.slug)
        status = fields.take("status", self.reading.one_of, ("draft", "reviewed"))
        fields.take("older", self.side, "older")
        fields.take("newer", self.side, "newer")
        items = fields.take("entries", self.reading.items) or []
        entries = tuple(entry for item in items if (entry := self.entry(item)) is not None)
        if "entries" in fields:
            self.missing(fields.values["entries"])
        self.apart()
        if self.reading.defects or status is None:
            return None
        return Crosswalk(status=status, older=identity(self.older), newer=identity(self.newer), entries=entries)

    def side(self, node: Node, side: str) -> None:
        fields = self.reading.fields(node, _SIDES, _SIDES)
        if fields is None:
            return
        expected = identity(self.older if side == "older" else self.newer)
        for key in _SIDES:
            found = fields.take(key, self.reading.string)
            if found is not None and found != expected[key]:
                where = fields.values[key]
                self.reading.fail(
                    where, "crosswalk_other_set", key=f"{side}.{key}", found=found, expected=expected[key]
                )

    def entry(self, node: Node) -> CrosswalkEntry | None:
        fields = self.reading.fields(node, (*KINDS, "to", "note"))
        if fields is None:
            return None
        kinds = [kind for kind in KINDS if kind in fields]
        if len(kinds) != 1:
            self.reading.fail(node, "crosswalk_kind", found=kinds or "neither", expected=KINDS)
            return None
        kind = kinds[0]
        note = fields.take("note", self.reading.text)
        if kind in {"dropped", "new"}:
            return self.lonely(fields, kind, note)
        older = self.codes(fields.values[kind], "older", several=kind == "merged")
        # Where nothing is said the code stayed.
        after = fields.get("to") or (fields.values[kind] if kind in BRIDGED else None)
        if after is None:
            self.reading.fail(node, "missing_key", expected="to")
            return None
        # What is no code at all stands for both sets and is complained of once.
        broken = not older and "to" not in fields and self.reading.defects[-1].code != "crosswalk_code"
        newer = () if broken else self.codes(after, "newer", several=kind == "split")
        entry = CrosswalkEntry(kind=kind, older=older, newer=newer, note=note)
        if older and newer and kind in BRIDGED:
            self.true(fields.values[kind], entry)
        return entry

    def lonely(self, fields: Fields, kind: EntryKind, note: Text | None) -> CrosswalkEntry:
        if "to" in fields:
            self.reading.fail(fields.values["to"], "crosswalk_to", found=kind)
        side = "older" if kind == "dropped" else "newer"
        codes = self.codes(fields.values[kind], side, several=False)
        self.alone[kind] += [(fields.values[kind], code) for code in codes]
        return CrosswalkEntry(kind=kind, note=note, **{"older": (), "newer": (), side: codes})

    def codes(self, node: Node, side: str, *, several: bool) -> tuple[str, ...]:
        """Leaves of one side, each of them once in the whole crosswalk."""
        items = node.items if isinstance(node, Sequence_) else [node]
        if several and len(items) < 2:
            self.reading.fail(node, "crosswalk_several", found=len(items))
        if not several and isinstance(node, Sequence_):
            self.reading.fail(node, "wrong_type", found="[…]", expected="code")
            return ()
        return tuple(code for item in items if (code := self.code(item, side)) is not None)

    def code(self, node: Node, side: str) -> str | None:
        code = self.reading.string(node, CODE, "code")
        if code is None:
            return None
        if code not in self.known[side]:
            near = nearest(code, self.known[side])
            self.reading.fail(node, "crosswalk_code", found=code, side=side, nearest=near)
            return None
        first = self.seen.get((side, code))
        if first is not None:
            self.reading.fail(node, "crosswalk_repeated", found=code, side=side, first=first)
        self.seen.setdefault((side, code), node.line)
        return code

    def true(self, node: Node, entry: CrosswalkEntry) -> None:
        """`same` and `reworded` have to be what they say."""
        both = (self.older, entry.older[0], self.newer, entry.newer[0])
        found = differences(*both)
        if entry.kind == "same" and found:
            self.reading.fail(node, "crosswalk_not_same", found=entry.older[0], differing=told(found))
        elif entry.kind == "reworded" and not found:
            self.reading.fail(node, "crosswalk_nothing_differs", found=entry.older[0])
        elif entry.kind == "reworded" and (hindering := obstacles(*both)):
            self.reading.fail(node, "crosswalk_not_reworded", found=entry.older[0], differing=told(hindering))

    def missing(self, node: Node) -> None:
        for side in ("older", "newer"):
            for code in self.known[side]:
                if (side, code) not in self.seen:
                    self.reading.fail(node, "crosswalk_missing", found=code, side=side)

    def apart(self) -> None:
        """Warn of what was dropped and came again unchanged under the same code."""
        new = {code for _, code in self.alone["new"]}
        for node, code in self.alone["dropped"]:
            if code in new and not differences(self.older, code, self.newer, code):
                self.reading.warn(node, "crosswalk_apart", found=code)


def told(details: Iterable[Detail]) -> tuple[str, ...]:
    """What differs, in words of the file: `max: 0.5 → 0.25`."""
    return tuple(
        f"{one.what}{f' {one.name}' if one.name else ''}: {_plain(one.before)} → {_plain(one.after)}" for one in details
    )


def _plain(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) <= {"vi", "en"}:
        return f"“{value.get('vi', '')}”" + (f" / “{value['en']}”" if "en" in value else "")
    return msgspec.json.encode(value).decode() if isinstance(value, Mapping | list) else str(value)


def _codes(criteria_set: CriteriaSet) -> tuple[str, ...]:
    return tuple(place.code for place in leaves(criteria_set))


# a draft


def draft(comparison: Comparison) -> Crosswalk:
    """A crosswalk for review, from what the comparison matched."""
    return Crosswalk(
        status="draft",
        older=identity(comparison.older),
        newer=identity(comparison.newer),
        entries=tuple(_drafted(comparison)),
    )


def _drafted(comparison: Comparison) -> Iterator[CrosswalkEntry]:
    taken: set[str] = set()
    joined = {**_joined(comparison.pairs, "split"), **_joined(comparison.pairs, "merged")}
    for old, new in comparison.pairs:
        for entry in _of_pair(comparison, old, new, joined):
            key = f"{entry.older}→{entry.newer}"
            if key not in taken:
                taken.add(key)
                yield entry


def _of_pair(
    comparison: Comparison, old: Place | None, new: Place | None, joined: Mapping[str, CrosswalkEntry]
) -> Iterator[CrosswalkEntry]:
    before = old.code if old is not None and old.is_leaf else None
    after = new.code if new is not None and new.is_leaf else None
    if before is not None and after is not None:
        yield from _counterparts(comparison, before, after)
        return
    if before is not None:
        yield joined.get(f"older {before}") or CrosswalkEntry(kind="dropped", older=(before,), newer=())
    if after is not None:
        yield joined.get(f"newer {after}") or CrosswalkEntry(kind="new", older=(), newer=(after,))


def _counterparts(comparison: Comparison, old: str, new: str) -> Iterator[CrosswalkEntry]:
    both = (comparison.older, old, comparison.newer, new)
    if not differences(*both):
        yield CrosswalkEntry(kind="same", older=(old,), newer=(new,))
    elif not obstacles(*both):
        yield CrosswalkEntry(kind="reworded", older=(old,), newer=(new,))
    else:
        yield CrosswalkEntry(kind="dropped", older=(old,), newer=())
        yield CrosswalkEntry(kind="new", older=(), newer=(new,))


def _joined(matched: tuple[MatchedPair, ...], kind: Literal["split", "merged"]) -> dict[str, CrosswalkEntry]:
    """A leaf that became a criterion with parts is split, one that was such a criterion is merged."""
    one, many = (0, 1) if kind == "split" else (1, 0)
    alone = [pair[many] for pair in matched if pair[one] is None]
    found: dict[str, CrosswalkEntry] = {}
    for pair in matched:
        leaf, whole = pair[one], pair[many]
        if leaf is None or whole is None or not leaf.is_leaf or whole.is_leaf:
            continue
        parts = tuple(
            place.code for place in alone if place is not None and place.is_leaf and whole.code in place.above
        )
        if len(parts) > 1:
            older, newer = ((leaf.code,), parts) if kind == "split" else (parts, (leaf.code,))
            entry = CrosswalkEntry(kind=kind, older=older, newer=newer)
            found |= {f"older {code}": entry for code in older} | {f"newer {code}": entry for code in newer}
    return found


def crosswalk_yaml(crosswalk: Crosswalk, comments: Mapping[tuple[str, ...], str]) -> str:
    """The file of a crosswalk.

    Args:
        crosswalk: What to write.
        comments: What to say beside an entry, by its codes of the newer set (where dropped, of the older one).
    """
    lines = [f"crosswalk: {crosswalk.newer['set']}", f"status: {crosswalk.status}"]
    for side, one in (("older", crosswalk.older), ("newer", crosswalk.newer)):
        lines += [f"{side}:", f"  set: {one['set']}", f'  version: "{one["version"]}"', f'  digest: "{one["digest"]}"']
    lines.append("entries:")
    for entry in crosswalk.entries:
        comment = comments.get(entry.newer or entry.older, "")
        lines.append(f"  - {_flow(entry)}" + (f"  # {' '.join(comment.split())}" if comment else ""))
    return "\n".join(lines) + "\n"


def _flow(entry: CrosswalkEntry) -> str:
    first = entry.newer if entry.kind == "new" else entry.older
    parts = [f"{entry.kind}: {_listed(first)}"]
    if entry.kind not in {"dropped", "new"} and entry.older != entry.newer:
        parts.append(f"to: {_listed(entry.newer)}")
    if entry.note is not None:
        texts = {"vi": entry.note.vi, "en": entry.note.en}
        said = ", ".join(f"{lang}: {msgspec.json.encode(text).decode()}" for lang, text in texts.items() if text)
        parts.append(f"note: {{{said}}}")
    return "{" + ", ".join(parts) + "}"


def _listed(codes: tuple[str, ...]) -> str:
    quoted = [f'"{code}"' for code in codes]
    return quoted[0] if len(quoted) == 1 else "[" + ", ".join(quoted) + "]"
