"""What changed between two criteria sets, as an official reads it: by area and criterion, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Text, place_of
from parindex.scoring.versions.comparison import KINDS, Comparison, Detail, Maximum, SetChange
from parindex.scoring.versions.crosswalk import Crosswalk
from parindex.text import N_, NC_, Language, translator
from parindex.wording import rule_text

_WORDS: Final[Mapping[str, str]] = {
    "heading": N_("So sánh bộ tiêu chí %(older)s (%(before)s điểm) với %(newer)s (%(after)s điểm)"),
    "nothing": N_("Hai bộ tiêu chí không khác nhau."),
    "of_set": N_("Thông tin chung:"),
    "maxima": N_("Điểm tối đa theo lĩnh vực:"),
    "counts": N_("Tiêu chí thay đổi:"),
    "no_changes": N_("Không tiêu chí nào thay đổi."),
    "total": NC_("difference", "Tổng điểm"),
    "bonus": N_("Điểm thưởng, tối đa"),
    "penalty": N_("Điểm trừ, tối đa"),
    "added": N_("thêm mới"),
    "removed": N_("bãi bỏ"),
    "moved": N_("chuyển chỗ hoặc đổi mã"),
    "reweighted": N_("đổi điểm tối đa"),
    "reruled": N_("đổi cách chấm điểm"),
    "inputs": N_("đổi số liệu kê khai"),
    "applicability": N_("đổi phạm vi áp dụng"),
    "evidence": N_("đổi yêu cầu tài liệu kiểm chứng"),
    "appraiser": N_("đổi cơ quan thẩm định"),
    "reworded": N_("sửa câu chữ"),
    "became": N_("tách hoặc gộp vào %(codes)s của bộ mới"),
    "came_from": N_("tách hoặc gộp từ %(codes)s của bộ cũ"),
    "code": N_("mã"),
    "above": N_("thuộc tiêu chí"),
    "part": N_("nhóm điểm"),
    "max": N_("điểm tối đa"),
    "rule": N_("cách chấm"),
    "input": N_("số liệu “%(name)s”"),
    "label": N_("nhãn của số liệu “%(name)s”"),
    "needs": N_("chỉ áp dụng khi có"),
    "may_be_inapplicable": N_("được đề nghị không áp dụng"),
    "confirmed_by": N_("cơ quan xác nhận"),
    "evidence_from": N_("tài liệu kiểm chứng ban hành từ ngày"),
    "evidence_to": N_("tài liệu kiểm chứng ban hành đến ngày"),
    "title": N_("tên"),
    "guidance": N_("hướng dẫn"),
    "areas": N_("lĩnh vực"),
    "with_parts": N_("tổng của các tiêu chí thành phần"),
    "status": N_("tình trạng"),
    "tier": N_("cấp"),
    "years": N_("năm đánh giá"),
    "supersedes": N_("thay thế phiên bản"),
    "extends": N_("bổ sung cho bộ khung"),
    "legal_basis": N_("căn cứ"),
    "print_places": N_("số chữ số thập phân khi in"),
    "compare": N_("số dùng để xếp loại, xếp hạng"),
    "ties": N_("cách xếp hạng đồng điểm"),
    "no_survey": N_("khi không điều tra xã hội học"),
    "classes": N_("xếp loại"),
    "attributes": N_("thuộc tính của cơ quan"),
    "true": N_("có"),
    "false": N_("không"),
    "none": NC_("difference", "không có"),
}

_LISTED: Final[Mapping[str, tuple[str, ...]]] = {
    "classes": ("name", "from"),
    "legal_basis": ("number", "date", "issuer"),
}
"""What is said of each item of a list."""


def crosswalk_comments(
    comparison: Comparison, crosswalk: Crosswalk, lang: Language = "vi"
) -> dict[tuple[str, ...], str]:
    """What stands beside each entry of a drafted crosswalk: the title, and how it changed."""
    writer = _DifferenceWriter(comparison, lang)
    older, newer = comparison.older, comparison.newer
    changed = {one.newer or one.older: one for one in comparison.changes}
    comments: dict[tuple[str, ...], str] = {}
    for entry in crosswalk.entries:
        codes, owner = (entry.newer, newer) if entry.newer else (entry.older, older)
        change = changed.get(codes[0])
        told = "" if change is None or not entry.newer else ": " + ", ".join(map(writer.word, change.kinds))
        comments[codes] = place_of(owner, codes[0]).node.title.get(lang) + told
    return comments


def comparison_lines(comparison: Comparison, lang: Language = "vi") -> Iterator[str]:
    """The whole comparison, a line at a time."""
    return _DifferenceWriter(comparison, lang).lines()


def detail_line(comparison: Comparison, detail: Detail, lang: Language = "vi") -> str:
    """One thing that changed, before and after."""
    return _DifferenceWriter(comparison, lang).detail(detail)


class _DifferenceWriter:
    """Writes one comparison in one language."""

    def __init__(self, comparison: Comparison, lang: Language):
        self.comparison = comparison
        self.lang = lang
        self._ = translator(lang)

    def word(self, key: str, **values: object) -> str:
        return self._(_WORDS[key], **values)

    def number(self, value: Decimal) -> str:
        return text.number(value, None, self.lang)

    def lines(self) -> Iterator[str]:
        one = self.comparison
        names = {"older": f"{one.older.family} {one.older.version}", "newer": f"{one.newer.family} {one.newer.version}"}
        yield self.word("heading", before=self.number(one.older.max), after=self.number(one.newer.max), **names)
        if not one.heading and not one.changes:
            yield self.word("nothing")
            return
        if one.heading:
            yield from ("", self.word("of_set"))
            yield from (f"  {self.detail(detail)}" for detail in one.heading)
        yield from ("", self.word("maxima"))
        yield from (f"  {self.maximum(one)}" for one in one.maxima)
        if not one.changes:
            yield from ("", self.word("no_changes"))
            return
        yield from ("", self.word("counts"))
        for kind in KINDS:
            if one.count(kind):
                yield f"  {self.word(kind)}: {one.count(kind)}"
        for change in one.changes:
            yield ""
            yield from self.change(change)

    def maximum(self, one: Maximum) -> str:
        name = self.word(one.newer or "") if one.title is None else f"{one.newer or one.older} {self.said(one.title)}"
        before, after = self.number(one.before), self.number(one.after)
        if one.before == one.after:
            return f"{name}: {after}"
        return f"{name}: {before} → {after} ({text.signed(one.after - one.before, None, self.lang)})"

    def said(self, title: Text) -> str:
        return title.get(self.lang)

    def change(self, one: SetChange) -> Iterator[str]:
        code = one.newer or one.older
        if one.older and one.newer and one.older != one.newer:
            code = f"{one.older} → {one.newer}"
        kinds = ", ".join(self.word(kind) for kind in one.kinds)
        points = one.max_after if one.max_after is not None else one.max_before
        alone = "" if one.details or points is None else f" ({self.word('max')} {self.number(points)})"
        yield f"{code} {self.said(one.title)}: {kinds}{alone}"
        if one.became:
            yield f"  {self.word('became', codes=', '.join(one.became))}"
        if one.came_from:
            yield f"  {self.word('came_from', codes=', '.join(one.came_from))}"
        for detail in one.details:
            if detail.what == "rule":
                yield from self.rule(one)
            elif detail.what != "code":
                yield f"  {self.detail(detail)}"

    def rule(self, one: SetChange) -> Iterator[str]:
        before = self.rule_said(self.comparison.older, one.older or "")
        after = self.rule_said(self.comparison.newer, one.newer or "")
        if before == after:
            # The words say less than the rule: show the rule as it is written.
            details = [detail for detail in one.details if detail.what == "rule"]
            before, after = (json.dumps(v, ensure_ascii=False) for v in (details[0].before, details[0].after))
        yield f"  {self.word('rule')}:"
        yield f"    − {before}"
        yield f"    + {after}"

    def rule_said(self, criteria_set: CriteriaSet, code: str) -> str:
        node = place_of(criteria_set, code).node
        if not isinstance(node, Criterion) or node.rule is None:
            return self.word("with_parts")
        return rule_text.words(criteria_set, node, self.lang)

    def detail(self, one: Detail) -> str:
        what = self.word(one.what, name=one.name) if one.name else self.word(one.what)
        return f"{what}: {self.value(one.before, one.what)} → {self.value(one.after, one.what)}"

    def value(self, value: Any, what: str) -> str:  # noqa: PLR0911 - one return a shape
        if value is None or value in ([], {}):
            return self.word("none")
        if isinstance(value, bool):
            return self.word("true" if value else "false")
        if what == "max":
            return self.number(Decimal(value))
        if what == "part":
            return self.word(value)
        if isinstance(value, Mapping) and "vi" in value:
            return f"“{value.get(self.lang) or value['vi']}”"
        if isinstance(value, Mapping) and "label" in value:
            return self.value(value["label"], what)
        if isinstance(value, list) and what in _LISTED:
            return "; ".join(
                " ".join(self.value(item[key], what) for key in _LISTED[what] if key in item) for item in value
            )
        if what == "attributes":
            return "; ".join(f"{name} {self.value(item, what)}" for name, item in value.items())
        if isinstance(value, list) and not any(isinstance(item, Mapping) for item in value):
            return ", ".join(map(str, value))
        if isinstance(value, list | Mapping):
            return json.dumps(value, ensure_ascii=False)
        return str(value)
