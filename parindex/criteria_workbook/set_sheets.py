"""Our own workbook back as a set: every sheet read, every row in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.located import LocatedRow, Register, cell_text, mapping, sequence, table, word
from parindex.criteria_workbook.nesting import Nest, OutlineEntry
from parindex.criteria_workbook.problems import CellPlace
from parindex.criteria_workbook.rule_kinds import KINDS, rule_node
from parindex.reading.xlsx_cells import SheetCells
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_

_PARTS: Final = ("bonus", "penalty")
_ENUMERATIONS: Final[Mapping[str, layout.ColumnWords]] = {
    "status": layout.STATUS,
    "compare": layout.COMPARE,
    "ties": layout.TIES,
    "no_survey": layout.NO_SURVEY,
}
_FRAMEWORK: Final = ("set", "version", "digest")
_NEEDED: Final = ("set", "version", "title", "status", "tier", "years")


def is_ours(sheets: Sequence[SheetCells]) -> bool:
    """Whether a workbook has the sheets that we write, rather than one table of an annex."""
    names = {layout.plain(sheet.name) for sheet in sheets}
    return all(names & set(map(layout.plain, layout.SHEETS[key])) for key in ("rules", "general"))


def set_tree(sheets: Sequence[SheetCells], register: Register) -> tuple[Mapping_, dict[str, LocatedRow]]:
    """The set that our workbook holds, and the row of every leaf."""
    reader = _SetSheets(sheets, register)
    return reader.tree(), reader.leaf_rows


class _SetSheets:
    """Reads our workbook into the tree that the loader checks."""

    def __init__(self, sheets: Sequence[SheetCells], register: Register):
        self.register = register
        self.sheets = {
            key: next((one for one in sheets if layout.plain(one.name) in set(map(layout.plain, names))), None)
            for key, names in layout.SHEETS.items()
        }
        self.rules: dict[str, Mapping_] = {}
        self.rule_rows: dict[str, LocatedRow] = {}
        self.inputs: dict[str, list[tuple[Scalar, Node]]] = {}
        self.input_rows: dict[str, LocatedRow] = {}
        self.leaf_rows: dict[str, LocatedRow] = {}

    def tree(self) -> Mapping_:
        """The whole set."""
        self.read_rules()
        self.read_inputs("inputs")
        self.read_inputs("attributes")
        general = self.general()
        caps = {part: general.pop(part, None) for part in _PARTS}
        areas = self.areas()
        adjustments = {part: self.adjustment(part, caps[part]) for part in _PARTS}
        whole = mapping(
            0,
            **general,
            legal_basis=self.laws(),
            classes=self.classes(),
            attributes=self.named_inputs("@"),
            inputs=self.named_inputs(""),
            areas=areas,
            adjustments=mapping(0, **adjustments) if any(adjustments.values()) else None,
        )
        self.left_over()
        return whole

    def rows(self, key: str) -> Iterator[LocatedRow]:
        sheet = self.sheets[key]
        if sheet is None:
            if key in {"criteria", "rules", "inputs", "general"}:
                self.register.fail(self.register.line(CellPlace()), "no_sheet", expected=layout.SHEETS[key])
            return
        yield from table(self.register, sheet, key)

    # general, classes, laws

    def general(self) -> dict[str, Node | None]:
        rows: dict[str, LocatedRow] = {}
        for row in self.rows("general"):
            key = layout.meant(layout.GENERAL, row.written("item"))
            if key is None:
                row.fail("item", "unknown_item", found=row.written("item"), expected=list(layout.GENERAL.values()))
            elif key in rows:
                row.fail("item", "repeated_item", found=row.written("item"))
            else:
                rows[key] = row
        values: dict[str, Node | None] = {}
        for key, row in rows.items():
            values[key] = self.item(key, row)
        if "title" in rows and values.get("title") is not None:
            title = rows["title"]
            english = values.pop("title_en", None)
            values["title"] = mapping(title.line("value"), vi=values["title"], en=english)
        values.pop("title_en", None)
        values["extends"] = self.framework(rows, values)
        sheet = self.sheets["general"]
        for key in _NEEDED:
            if values.get(key) is None and sheet is not None:
                row_line = rows[key].line("value") if key in rows else self.register.line(CellPlace(sheet.name))
                self.register.fail(row_line, "no_item", expected=layout.GENERAL[key])
                values[key] = Scalar(line=row_line, column=1, text="", kind="null")
        return values

    def framework(self, rows: Mapping[str, LocatedRow], values: dict[str, Node | None]) -> Mapping_ | None:
        """The framework that the set extends: all three of its lines, or none."""
        told = {key: values.pop(f"extends_{key}", None) for key in _FRAMEWORK}
        found = next((rows[f"extends_{key}"] for key, value in told.items() if value is not None), None)
        if found is None:
            return None
        for key, value in told.items():
            if value is None:
                row = rows.get(f"extends_{key}", found)
                row.fail("value", "no_item", expected=layout.GENERAL[f"extends_{key}"])
                told[key] = row.null("value")
        return mapping(found.line("value"), **told)

    def item(self, key: str, row: LocatedRow) -> Node | None:
        if key in _ENUMERATIONS:
            return row.chosen("value", _ENUMERATIONS[key])
        if key == "years":
            return self.years(row)
        if key in {"print_places", *_PARTS}:
            return row.decimal("value")
        return row.text("value")

    def years(self, row: LocatedRow) -> Node | None:
        text = row.written("value")
        if not text:
            return None
        years = [part for part in re.split(r"[;,\s]+", text) if part]
        line = row.line("value")
        if not all(re.fullmatch(r"[0-9]{4}", year) for year in years):
            row.fail("value", "year_unread", found=text)
            return row.null("value")
        return sequence(line, [Scalar(line=line, column=1, text=year, kind="integer") for year in years])

    def classes(self) -> Sequence_ | None:
        items = []
        for row in self.rows("classes"):
            least = row.decimal("from")
            if least is None:
                row.fail("from", "no_number", expected=row.heads["from"])
            items.append(mapping(row.line("name"), name=row.required("name"), **{"from": least}))
        return sequence(0, items) if items else None

    def laws(self) -> Sequence_ | None:
        items = [
            mapping(row.line("law"), number=row.required("law"), date=row.day("date"), issuer=row.text("issuer"))
            for row in self.rows("laws")
        ]
        return sequence(0, items) if items else None

    # rules

    def read_rules(self) -> None:
        groups: list[tuple[str, str, LocatedRow, list[LocatedRow]]] = []
        for row in self.rows("rules"):
            code = code_text(row, "code")
            if row.value("kind") is not None:
                kind = row.word("kind", KINDS)
                if not code:
                    row.fail("code", "row_without_code", found=row.written("kind"))
                elif code in self.rule_rows:
                    row.fail("code", "repeated_rule", found=code, first=self.rule_rows[code].number)
                else:
                    self.rule_rows[code] = row
                groups.append((code, kind or "", row, []))
            elif groups and code in {"", groups[-1][0]}:
                groups[-1][3].append(row)
            else:
                row.fail("kind", "line_of_no_rule")
        for code, kind, first, steps in groups:
            self.rules.setdefault(code, rule_node(kind, first, steps) if kind else _mentioned(first, steps))

    # inputs

    def read_inputs(self, sheet: str) -> None:
        owner = name = ""
        for row in self.rows(sheet):
            code = "@" if sheet == "attributes" else self.owner(row)
            if row.value("option") is not None and row.value("type") is None:
                own_name = row.written("name")
                same = name and own_name in {"", name} and (code == owner or not row.written("code"))
                if not same:
                    row.fail("name", "option_of_nobody")
                    continue
                self.option(row, self.inputs[owner][-1][1])
                continue
            owner, name = code, row.written("name")
            self.declare(row, owner, sheet)

    def owner(self, row: LocatedRow) -> str:
        """The code that an input belongs to; empty where it is shared."""
        code = code_text(row, "code")
        return "" if layout.plain(code) in map(layout.plain, layout.SHARED) and not code.isupper() else code

    def declare(self, row: LocatedRow, owner: str, sheet: str) -> None:
        name = row.required("name")
        if name.kind == "null":
            name = word(row.line("name"), f"dong_{row.number}")
        declared = self.inputs.setdefault(owner, [])
        if any(key.text == name.text for key, _ in declared):
            row.fail("name", "repeated_item", found=name.text)
        self.input_rows.setdefault(owner, row)
        kind = row.chosen("type", layout.TYPES)
        if kind is None:
            row.fail("type", "no_text", expected=row.heads["type"])
            kind = row.null("type")
        declared.append(
            (
                name,
                mapping(
                    row.line("name"),
                    type=kind,
                    label=row.label("label", "label_en"),
                    unit=row.label("unit", "unit_en"),
                    most=row.decimal("most"),
                    part_of=row.text("part_of") if sheet == "inputs" else None,
                ),
            )
        )
        if row.value("option") is not None:
            self.option(row, declared[-1][1], labelled=False)

    def option(self, row: LocatedRow, declared: Node, *, labelled: bool = True) -> None:
        """Add one option, and its label where it has one, to the input above."""
        if not isinstance(declared, Mapping_):
            return
        option = row.required("option")
        label = row.label("label", "label_en") if labelled else None
        for key in ("options", "option_labels"):
            if not any(entry.text == key for entry, _ in declared.entries):
                empty: Node = Sequence_(line=row.line("option"), column=1, items=[])
                if key == "option_labels":
                    empty = Mapping_(line=row.line("option"), column=1, entries=[])
                declared.entries.append((word(row.line("option"), key), empty))
        found = {entry.text: value for entry, value in declared.entries}
        options, labels = found["options"], found["option_labels"]
        if isinstance(options, Sequence_) and isinstance(labels, Mapping_):
            options.items.append(option)
            if label is not None and option.text not in {entry.text for entry, _ in labels.entries}:
                labels.entries.append((option, label))

    def named_inputs(self, owner: str) -> Mapping_ | None:
        """The inputs of one leaf, those of the set (under no code), or the attributes (under @)."""
        entries = self.inputs.pop(owner, None)
        if not entries:
            return None
        unique: dict[str, tuple[Scalar, Node]] = {}
        for key, value in entries:
            unique.setdefault(key.text, (key, value))
        return Mapping_(line=entries[0][0].line, column=1, entries=list(unique.values()))

    # criteria

    def areas(self) -> Node:
        nest = Nest(self.register)
        for row in self.rows("criteria"):
            nest.add(row, code_text(row, "code", nest.last_code))
        sheet = self.sheets["criteria"]
        if sheet is not None and not nest.top and not nest.refused:
            self.register.fail(self.register.line(CellPlace(sheet.name)), "no_rows")
        return sequence(0, [self.node(entry, 1) for entry in nest.top])

    def adjustment(self, part: str, cap: Node | None) -> Node | None:
        nest = Nest(self.register, flat=True)
        for row in self.rows(part):
            nest.add(row, code_text(row, "code", nest.last_code))
        if not nest.top and cap is None:
            return None
        items = [self.node(entry, 2) for entry in nest.top]
        line = nest.top[0].row.line() if nest.top else cap.line if cap else 0
        if cap is None:
            name = layout.SHEETS[part]
            self.register.fail(line, "cap_missing", found=name, expected=layout.GENERAL[part])
        return mapping(line, cap=cap, items=sequence(line, items))

    def node(self, entry: OutlineEntry, depth: int) -> Mapping_:
        row = entry.row
        maximum = row.decimal("max")
        common: dict[str, Node | None] = {
            "code": word(row.line("code"), entry.code),
            "title": row.label("title", "title_en") or self.no_title(row),
            "appraiser": row.text("appraiser"),
            "needs": row.text("needs"),
            "may_be_inapplicable": row.flag("may"),
            "guidance": row.label("guidance", "guidance_en"),
            "evidence": row.chosen("evidence", layout.EVIDENCE),
            "evidence_from": row.day("evidence_from"),
            "evidence_to": row.day("evidence_to"),
            "confirmed_by": row.text("confirmed_by"),
        }
        open_ = row.flag("open")
        if depth == 1:
            common["open"] = open_
        elif open_ is not None and open_.text == "true":
            row.fail("open", "open_below", found=entry.code)
        if entry.parts:
            parts = [self.node(part, depth + 1) for part in entry.parts]
            return mapping(row.line(), **common, max=maximum, criteria=sequence(row.line(), parts))
        if depth == 1:
            row.fail(None, "leaf_at_top", found=entry.code)
            return mapping(row.line(), **common)
        if maximum is None:
            row.fail("max", "no_number", expected=row.heads["max"])
            maximum = row.null("max")
        rule = self.rule(entry.code, row)
        self.leaf_rows.setdefault(entry.code, row)
        return mapping(
            row.line(),
            **common,
            max=maximum,
            rule=rule,
            inputs=self.named_inputs(entry.code),
        )

    def no_title(self, row: LocatedRow) -> Scalar:
        row.fail("title", "no_text", expected=row.heads["title"])
        return row.null("title")

    def rule(self, code: str, row: LocatedRow) -> Node:
        rule = self.rules.pop(code, None)
        if rule is not None:
            return rule
        if row.line("code") not in self.register.spoiled and code not in self.leaf_rows:
            row.fail(None, "no_rule", found=code, expected=layout.SHEETS["rules"])
        self.register.spoiled.add(row.line())
        names = " ".join(name.text for name, _ in self.inputs.get(code, ()))
        return word(row.line(), names)

    def left_over(self) -> None:
        """Rules and inputs of codes that no leaf has."""
        for code in self.rules:
            if code in self.rule_rows:
                self.rule_rows[code].fail("code", "rule_of_nobody", found=code)
        for owner, entries in self.inputs.items():
            row = self.input_rows[owner]
            if owner and entries:
                row.fail("code", "rule_of_nobody", found=owner)


def _mentioned(first: LocatedRow, steps: Sequence[LocatedRow]) -> Mapping_:
    """In place of a rule whose word is not known: what it mentions, so that nothing else seems unused."""
    written = [row.written(key) for row in (first, *steps) for key in ("subject", "denominator", "at", "points")]
    line = first.line("kind")
    return Mapping_(line=line, column=1, entries=[(word(line, "?"), word(line, " ".join(written)))])


def code_text(row: LocatedRow, key: str, before: str = "") -> str:
    """A code; one that a spreadsheet made a number of is read by the code before it."""
    value = row.value(key)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return whole_code(cell_text(value), before, row, key)
    if not isinstance(value, str):
        row.fail(key, "code_is_day", found=row.written(key))
        return f"X{row.number}"
    return value.rstrip(".") if value.rstrip(".") else value


def whole_code(code: str, before: str, row: LocatedRow, key: str) -> str:
    """1.1 in a number cell after 1.9 was 1.10 when it was typed, and 1.2 after 1.19 was 1.20."""
    head, _, last = before.rpartition(".")
    area, _, digits = code.rpartition(".")
    following = str(int(last) + 1) if last.isdigit() and len(last) < 4 else ""
    if head == area and area and following.endswith("0") and following.rstrip("0") == digits:
        expected = f"{area}.{following}"
        row.note(key, "code_completed", found=code, before=before, expected=expected)
        return expected
    return code
