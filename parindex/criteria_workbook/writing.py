"""A criteria set as a workbook that officials read, edit and give back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from parindex.criteria_workbook import layout
from parindex.criteria_workbook.kept_text import kept
from parindex.criteria_workbook.layout import said
from parindex.criteria_workbook.numbers import comma, day_text
from parindex.criteria_workbook.outline import roman
from parindex.criteria_workbook.rule_kinds import KINDS, RuleRow, lines
from parindex.papers.workbook import LONGEST_CELL, EditableColumn, EditableSheet, exact, workbook_bytes
from parindex.scoring import Adjustment, Area, CriteriaSet, Criterion, Input, Text, leaf_inputs, leaves, shortest, walk
from parindex.text import N_, Language, translator
from parindex.wording import reasons, rule_text

_GUIDE: Final = (
    N_(
        "Mỗi dòng của sheet đầu là một lĩnh vực, tiêu chí hoặc tiêu chí thành phần; “Cấp” 1 là lĩnh vực, 2 là tiêu chí, "
        "từ 3 là tiêu chí thành phần. Có thể chèn, xóa, sửa dòng."
    ),
    N_("“Điểm tối đa” của dòng có dòng con là tổng các dòng con; nếu ghi khác sẽ bị báo lỗi."),
    N_(
        "“Cách tính điểm” và “Số liệu kê khai” ở sheet đầu được máy viết để đọc. Muốn đổi cách tính, hãy sửa hai sheet "
        "“Quy tắc tính điểm” và “Số liệu kê khai”."
    ),
    N_("Mã, phiên bản và tên số liệu là chữ: giữ định dạng Text để 1.10 không thành 1.1."),
    N_("Số viết 1,5 hoặc 1.5. Không viết 1.234: hãy viết 1,234 hoặc 1234."),
    N_("Tên số liệu gồm chữ thường không dấu, chữ số và gạch dưới; mã “Chung” là số liệu dùng cho nhiều tiêu chí."),
    N_("Đưa tệp trở lại: parindex criteria import TỆP.xlsx --out BỘ-TIÊU-CHÍ.yaml"),
)


class TooLong(Exception):
    """A text that no cell holds."""

    def __init__(self, text: str):
        super().__init__(text[:60])
        self.text = text


def workbook_of(criteria_set: CriteriaSet, lang: Language = "vi") -> bytes:
    """The workbook; the same set gives the same bytes.

    Raises:
        TooLong: a text is longer than a cell may be.
    """
    writer = _SetWriter(criteria_set, lang)
    return workbook_bytes(*writer.sheets())


class _SetWriter:
    """Writes one set in one language."""

    def __init__(self, criteria_set: CriteriaSet, lang: Language):
        self.criteria_set = criteria_set
        self.lang: Language = lang

    def sheets(self) -> Iterator[EditableSheet]:
        rows, levels = self.areas()
        yield self.sheet("criteria", rows, levels)
        for part in ("bonus", "penalty"):
            adjustment: Adjustment | None = getattr(self.criteria_set, part)
            items = adjustment.items if adjustment else ()
            yield self.sheet(part, [self.criterion(item, str(n)) for n, item in enumerate(items, 1)])
        yield self.sheet("rules", [line for place in leaves(self.criteria_set) for line in self.rule(place.node)])
        yield self.sheet("inputs", self.declared())
        yield self.sheet("attributes", self.inputs(None, self.criteria_set.attributes))
        yield self.sheet("general", self.general())
        classes: list[RuleRow] = [{"name": kept(one.name), "from": one.from_} for one in self.criteria_set.classes]
        yield self.sheet("classes", classes)
        yield self.sheet("laws", self.laws())
        yield self.guide()

    def name(self, sheet: str) -> str:
        return layout.in_language(layout.SHEETS[sheet], self.lang)

    def sheet(self, key: str, rows: Sequence[RuleRow], levels: Sequence[int] = ()) -> EditableSheet:
        heads = layout.COLUMNS[key]
        return EditableSheet(
            name=self.name(key),
            title=f"{self.name(key)}: {kept(self.criteria_set.title.get(self.lang))}",
            columns=tuple(
                EditableColumn(
                    title=head.title(self.lang),
                    width=head.width,
                    content=head.content,
                    choices=self.choices(key, head.key),
                )
                for head in heads
            ),
            rows=[[self.cell(row.get(head.key)) for head in heads] for row in rows],
            levels=levels,
        )

    def choices(self, sheet: str, column: str) -> tuple[str, ...]:
        words = KINDS if (sheet, column) == ("rules", "kind") else layout.CHOICES.get((sheet, column))
        return tuple(str(said(words, key, self.lang)) for key in words) if words else ()

    def cell(self, value: str | Decimal | None) -> str | Decimal | None:
        """Numbers as numbers where a spreadsheet keeps every digit, as text with a comma elsewhere."""
        if isinstance(value, Decimal):
            return value if exact(value) else comma(shortest(value))
        if value is not None and len(value) > LONGEST_CELL:
            raise TooLong(value)
        return value

    # criteria

    def areas(self) -> tuple[list[RuleRow], list[int]]:
        rows: list[RuleRow] = []
        levels: list[int] = []
        numbers: list[int] = []
        for place in walk(self.criteria_set):
            if place.part != "areas":
                continue
            numbers = [*numbers, *[0] * place.depth][: place.depth]
            numbers[-1] += 1
            label = roman(numbers[0]) if place.depth == 1 else ".".join(map(str, numbers[1:]))
            rows.append({**self.node(place.node, label), "level": Decimal(place.depth)})
            levels.append(place.depth - 1)
        return rows, levels

    def node(self, node: Area | Criterion, label: str) -> RuleRow:
        if isinstance(node, Criterion):
            return self.criterion(node, label)
        return self.heading(node, label)

    def heading(self, node: Area | Criterion, label: str) -> RuleRow:
        return {
            "number": label,
            "code": node.code,
            "title": kept(node.title.vi),
            "title_en": self.english(node.title),
            "max": node.max,
            "appraiser": node.appraiser,
            "needs": node.needs,
            "may": said(layout.YES, "true", self.lang) if node.may_be_inapplicable else None,
            "open": said(layout.YES, "true", self.lang) if isinstance(node, Area) and node.open else None,
        }

    def criterion(self, node: Criterion, label: str) -> RuleRow:
        line = self.heading(node, label)
        line["guidance"] = None if node.guidance is None else kept(node.guidance.vi)
        line["guidance_en"] = self.english(node.guidance)
        if node.is_leaf:
            line["evidence"] = said(layout.EVIDENCE, node.evidence, self.lang)
            line["evidence_from"] = None if node.evidence_from is None else day_text(node.evidence_from)
            line["evidence_to"] = None if node.evidence_to is None else day_text(node.evidence_to)
            line["confirmed_by"] = node.confirmed_by
            line["words"] = kept(rule_text.words(self.criteria_set, node, self.lang))[:LONGEST_CELL]
            asked = [reasons.label(self.criteria_set, name, self.lang) for name, _ in self.asked(node)]
            line["facts"] = kept("; ".join(asked))[:LONGEST_CELL]
        return line

    def asked(self, node: Criterion) -> list[tuple[str, Input]]:
        return leaf_inputs(self.criteria_set, node.code)

    def english(self, text: Text | None) -> str | None:
        return None if text is None or text.en is None else kept(text.en)

    def rule(self, node: Area | Criterion) -> Iterator[RuleRow]:
        if isinstance(node, Criterion) and node.rule is not None:
            for line in lines(node.code, node.rule, self.lang):
                # What is written by people, a formula or an option, is kept as any text is.
                yield {key: kept(value) if isinstance(value, str) else value for key, value in line.items()}

    # inputs

    def declared(self) -> list[RuleRow]:
        rows = self.inputs(layout.in_language(layout.SHARED, self.lang), self.criteria_set.inputs)
        for place in leaves(self.criteria_set):
            if isinstance(place.node, Criterion):
                rows += self.inputs(place.code, place.node.inputs)
        return rows

    def inputs(self, code: str | None, inputs: Mapping[str, Input]) -> list[RuleRow]:
        rows: list[RuleRow] = []
        for name, one in inputs.items():
            rows.append(
                {
                    "code": code,
                    "name": name,
                    "type": said(layout.TYPES, one.type, self.lang),
                    "label": None if one.label is None else kept(one.label.vi),
                    "label_en": self.english(one.label),
                    "unit": None if one.unit is None else kept(one.unit.vi),
                    "unit_en": self.english(one.unit),
                    "most": one.most,
                    "part_of": one.part_of,
                }
            )
            for option in one.options:
                label = one.option_labels.get(option)
                rows.append(
                    {
                        "code": code,
                        "name": name,
                        "option": kept(option),
                        "label": None if label is None else kept(label.vi),
                        "label_en": self.english(label),
                    }
                )
        return rows

    # the set

    def general(self) -> list[RuleRow]:
        one = self.criteria_set
        values: dict[str, str | Decimal | None] = {
            "set": one.family,
            "version": one.version,
            "title": kept(one.title.vi),
            "title_en": self.english(one.title),
            "status": said(layout.STATUS, one.status, self.lang),
            "tier": one.tier,
            "years": "; ".join(map(str, one.years)),
            "supersedes": one.supersedes,
            "extends_set": one.extends.family if one.extends else None,
            "extends_version": one.extends.version if one.extends else None,
            "extends_digest": one.extends.digest if one.extends else None,
            "print_places": str(one.print_places),
            "compare": said(layout.COMPARE, one.compare, self.lang),
            "ties": said(layout.TIES, one.ties, self.lang),
            "no_survey": said(layout.NO_SURVEY, one.no_survey, self.lang),
            "bonus": comma(shortest(one.bonus.cap)) if one.bonus else None,
            "penalty": comma(shortest(one.penalty.cap)) if one.penalty else None,
        }
        return [{"item": said(layout.GENERAL, key, self.lang), "value": values[key]} for key in layout.GENERAL]

    def laws(self) -> list[RuleRow]:
        return [
            {
                "law": kept(law.number),
                "date": None if law.date is None else day_text(law.date),
                "issuer": None if law.issuer is None else kept(law.issuer),
            }
            for law in self.criteria_set.legal_basis
        ]

    def guide(self) -> EditableSheet:
        told = tuple(map(translator(self.lang), _GUIDE))
        return EditableSheet(name=self.name("guide"), title=self.name("guide"), notes=told)
