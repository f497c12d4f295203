"""What changed between two criteria sets, as an official reads it: by area and criterion, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Text, place_of
from parindex.scoring.versions.comparison import KINDS, Change, Comparison, Detail, Maximum
from parindex.scoring.versions.crosswalk import Crosswalk
from parindex.text import Language
from parindex.wording import rule_text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "heading": (
        "So sánh bộ tiêu chí %(older)s (%(before)s điểm) với %(newer)s (%(after)s điểm)",
        "Criteria set %(older)s (%(before)s points) compared with %(newer)s (%(after)s points)",
    ),
    "nothing": ("Hai bộ tiêu chí không khác nhau.", "The two sets do not differ."),
    "of_set": ("Thông tin chung:", "The set itself:"),
    "maxima": ("Điểm tối đa theo lĩnh vực:", "Maxima by area:"),
    "counts": ("Tiêu chí thay đổi:", "Criteria that changed:"),
    "no_changes": ("Không tiêu chí nào thay đổi.", "No criterion changed."),
    "total": ("Tổng điểm", "Total"),
    "bonus": ("Điểm thưởng, tối đa", "Bonus, at most"),
    "penalty": ("Điểm trừ, tối đa", "Penalty, at most"),
    "added": ("thêm mới", "added"),
    "removed": ("bãi bỏ", "removed"),
    "moved": ("chuyển chỗ hoặc đổi mã", "moved or given another code"),
    "reweighted": ("đổi điểm tối đa", "re-weighted"),
    "reruled": ("đổi cách chấm điểm", "re-ruled"),
    "inputs": ("đổi số liệu kê khai", "other facts are asked"),
    "applicability": ("đổi phạm vi áp dụng", "applies to others"),
    "evidence": ("đổi yêu cầu tài liệu kiểm chứng", "evidence is required otherwise"),
    "appraiser": ("đổi cơ quan thẩm định", "another body appraises"),
    "reworded": ("sửa câu chữ", "reworded"),
    "became": ("tách hoặc gộp vào %(codes)s của bộ mới", "split or merged into %(codes)s of the newer set"),
    "came_from": ("tách hoặc gộp từ %(codes)s của bộ cũ", "split or merged from %(codes)s of the older set"),
    "code": ("mã", "code"),
    "above": ("thuộc tiêu chí", "below"),
    "part": ("nhóm điểm", "kind of points"),
    "max": ("điểm tối đa", "maximum"),
    "rule": ("cách chấm", "rule"),
    "input": ("số liệu “%(name)s”", "input “%(name)s”"),
    "label": ("nhãn của số liệu “%(name)s”", "label of input “%(name)s”"),
    "needs": ("chỉ áp dụng khi có", "applies only with"),
    "may_be_inapplicable": ("được đề nghị không áp dụng", "may be proposed as not applicable"),
    "title": ("tên", "title"),
    "guidance": ("hướng dẫn", "guidance"),
    "areas": ("lĩnh vực", "areas"),
    "with_parts": ("tổng của các tiêu chí thành phần", "the sum of its parts"),
    "status": ("tình trạng", "status"),
    "tier": ("cấp", "tier"),
    "years": ("năm đánh giá", "years"),
    "supersedes": ("thay thế phiên bản", "supersedes"),
    "legal_basis": ("căn cứ", "legal basis"),
    "print_places": ("số chữ số thập phân khi in", "decimal places in print"),
    "compare": ("số dùng để xếp loại, xếp hạng", "what classes and ties look at"),
    "ties": ("cách xếp hạng đồng điểm", "ranks after a tie"),
    "no_survey": ("khi không điều tra xã hội học", "where a survey was not held"),
    "classes": ("xếp loại", "classes"),
    "attributes": ("thuộc tính của cơ quan", "attributes of agencies"),
    "true": ("có", "yes"),
    "false": ("không", "no"),
    "none": ("không có", "none"),
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
    writer = _Writer(comparison, lang)
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
    return _Writer(comparison, lang).lines()


class _Writer:
    """Writes one comparison in one language."""

    def __init__(self, comparison: Comparison, lang: Language):
        self.comparison = comparison
        self.lang = lang

    def word(self, key: str, **values: object) -> str:
        words = _WORDS[key][0 if self.lang == "vi" else 1]
        return words % values if values else words

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

    def change(self, one: Change) -> Iterator[str]:
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

    def rule(self, one: Change) -> Iterator[str]:
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
