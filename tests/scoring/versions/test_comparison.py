"""What changed between two sets: found by code first, then by title, with what it does to the maxima."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parindex.scoring import CriteriaSet
from parindex.scoring.versions.comparison import SetChange, compare, comparison_document
from parindex.wording.set_differences import comparison_lines
from tests.scoring.versions.versions_compared import YES, leaf, version

PLAN, REPORT, CHECK = "Ban hành kế hoạch cải cách", "Gửi báo cáo định kỳ", "Kiểm tra các đơn vị"


def changes(older: CriteriaSet, newer: CriteriaSet) -> dict[str, SetChange]:
    return {str(one.newer or one.older): one for one in compare(older, newer).changes}


def one_area(year: int, *criteria: str) -> CriteriaSet:
    return version(year, ("Chỉ đạo", list(criteria)))


def test_a_set_does_not_differ_from_itself() -> None:
    found = compare(one_area(2025, leaf("1.1", PLAN)), one_area(2025, leaf("1.1", PLAN)))
    assert (found.heading, found.changes) == ((), ())
    assert list(comparison_lines(found))[-1] == "Hai bộ tiêu chí không khác nhau."


def test_a_new_criterion_that_pushes_the_codes_moves_the_others() -> None:
    older = one_area(2025, leaf("1.1", PLAN), leaf("1.2", REPORT), leaf("1.3", CHECK))
    newer = one_area(
        2026, leaf("1.1", PLAN), leaf("1.2", "Ban hành kế hoạch kiểm tra"), leaf("1.3", REPORT), leaf("1.4", CHECK)
    )
    found = changes(older, newer)
    assert {code: one.kinds for code, one in found.items()} == {
        "1": ("reweighted",), "1.2": ("added",), "1.3": ("moved",), "1.4": ("moved",),
    }  # fmt: skip
    assert (found["1.3"].older, found["1.3"].newer) == ("1.2", "1.3")


def test_a_title_in_other_words_under_the_same_code_is_reworded() -> None:
    found = changes(one_area(2025, leaf("1.1", PLAN)), one_area(2026, leaf("1.1", PLAN + " hành chính năm")))
    assert found["1.1"].kinds == ("reworded",)


def test_a_wholly_different_criterion_under_the_same_code_is_another() -> None:
    judged = "rule: {judged: true}"
    found = compare(one_area(2025, leaf("1.1", PLAN)), one_area(2026, leaf("1.1", "Số hóa hồ sơ lưu trữ", rest=judged)))
    assert [one.kinds for one in found.changes] == [("added",), ("removed",)]


def test_a_criterion_that_goes_to_another_area_is_moved() -> None:
    older = version(2025, ("Chỉ đạo", [leaf("1.1", PLAN), leaf("1.2", REPORT)]), ("Thể chế", [leaf("2.1", CHECK)]))
    newer = version(2026, ("Chỉ đạo", [leaf("1.1", PLAN)]), ("Thể chế", [leaf("2.1", CHECK), leaf("2.2", REPORT)]))
    found = compare(older, newer)
    assert {str(one.newer): one.kinds for one in found.changes} == {
        "1": ("reweighted",), "2": ("reweighted",), "2.2": ("moved",),
    }  # fmt: skip
    assert [(one.newer, one.before, one.after) for one in found.maxima] == [
        ("1", Decimal(2), Decimal(1)), ("2", Decimal(1), Decimal(2)), ("total", Decimal(3), Decimal(3)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rest", "max", "kind", "said"),
    [
        (YES, "1.5", "reweighted", "điểm tối đa: 1 → 1,5"),
        ("rule: {judged: true}", "1", "reruled", "  cách chấm:"),
        (YES.replace("vi: a", "vi: b"), "1", "reworded", "nhãn của số liệu “a”: “a” → “b”"),
        (YES + ", evidence: none", "1", "evidence", "tài liệu kiểm chứng"),
        (YES + ", may_be_inapplicable: true", "1", "applicability", "được đề nghị không áp dụng: không → có"),
        (YES + ", guidance: {vi: h}", "1", "reworded", "hướng dẫn: không có → “h”"),
        (YES + ", appraiser: nội-vụ".replace("nội-vụ", "home"), "1", "appraiser", "không có → home"),
    ],
)
def test_each_kind_of_change_is_named_and_said(rest: str, max: str, kind: str, said: str) -> None:
    found = compare(one_area(2025, leaf("1.1", PLAN)), one_area(2026, leaf("1.1", PLAN, max, rest)))
    (change,) = [one for one in found.changes if one.newer == "1.1"]
    assert kind in change.kinds
    assert said in "\n".join(comparison_lines(found, "vi"))
    assert "\n".join(comparison_lines(found, "en"))


def test_another_type_of_an_input_is_a_change_of_what_is_asked() -> None:
    ratio = "inputs: {{a: {{type: {0}}}, b: {{type: {0}}}}}, rule: {{ratio: [a, b], when_zero: zero}}"
    found = changes(
        one_area(2025, leaf("1.1", PLAN, "1", ratio.format("count"))),
        one_area(2026, leaf("1.1", PLAN, "1", ratio.format("decimal"))),
    )
    assert found["1.1"].kinds == ("inputs",)
    assert found["1.1"].details[0].before == {"type": "count"}


def test_the_heading_names_what_changed_of_the_set_itself() -> None:
    extra = "adjustments: {bonus: {cap: 2, items: [" + leaf("B1", "Thưởng") + "]}}\nties: dense\n"
    found = compare(one_area(2025, leaf("1.1", PLAN)), version(2026, ("Chỉ đạo", [leaf("1.1", PLAN)]), extra=extra))
    document = comparison_document(found)
    assert {one["what"]: (one["before"], one["after"]) for one in document["heading"]} == {
        "years": ([2025], [2026]), "ties": ("competition", "dense"),
    }  # fmt: skip
    assert document["maxima"][-1] == {
        "older": "bonus", "newer": "bonus", "title": None, "before": "0", "after": "2", "change": "2",
    }  # fmt: skip
