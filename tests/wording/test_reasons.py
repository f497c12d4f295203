"""Reasons read as an official would write them, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from parindex.scoring import AgencyFacts, CriteriaSet, leaves, load, parse_value, score_leaf
from parindex.wording import reasons
from tests.scoring.sets import leaf, leaf_set, set_of

PATH = Path(__file__).parents[2] / "criteria" / "minh-hoa-cap-tinh" / "2025.1.yaml"


@pytest.fixture(scope="module")
def provincial() -> CriteriaSet:
    return load(PATH)


def facts_of(criteria_set: CriteriaSet, **texts: str) -> AgencyFacts:
    return {name: parse_value(criteria_set, name, text) for name, text in texts.items()}


def vi(criteria_set: CriteriaSet, code: str, **texts: str) -> str:
    facts = facts_of(criteria_set, **texts)
    return reasons.sentence(criteria_set, code, score_leaf(criteria_set, code, facts).reason, "vi")


def en(criteria_set: CriteriaSet, code: str, **texts: str) -> str:
    facts = facts_of(criteria_set, **texts)
    return reasons.sentence(criteria_set, code, score_leaf(criteria_set, code, facts).reason, "en")


def test_numbers_of_any_length_are_told_to_the_last_digit() -> None:
    rule = "{linear: [a, b], from: {at: 0, points: 0}, to: {at: 1, points: 2}, when_zero: zero}"
    facts = {"1.1.a": "12345678901234567890123456789.5", "1.1.b": "0.000000000001"}
    assert "12.345.678.901.234.567.890.123.456.789,5" in vi(leaf_set(rule, a="decimal", b="decimal"), "1.1", **facts)


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        (
            "1.1.3",
            {"1.1.3.done": "45", "1.1.3.planned": "50"},
            "Số nhiệm vụ đã hoàn thành: 45/50 nhiệm vụ = 90% → 0,9 × 1,00 = 0,90 điểm. "
            "Nếu thêm 5 nhiệm vụ (mức 100%) thì được thêm 0,10 điểm.",
        ),
        (
            "3.4.1",
            {"3.4.1.on_time": "24157", "dossiers_province": "24650"},
            "Số hồ sơ các sở, ban, ngành giải quyết đúng hạn: 24.157 trên 24.650 hồ sơ, đạt 98,00%. "
            "Từ 80% (0 điểm) đến 100% (1,50 điểm), điểm tính theo đường thẳng: "
            "(98,00 − 80) ÷ (100 − 80) × 1,50 = 1,35. Nếu thêm 493 hồ sơ (mức 100%) thì được thêm 0,15 điểm.",
        ),
        ("1.4.1", {"1.4.1.completed": "true"}, "Đã hoàn thành kế hoạch tuyên truyền: có; đạt điểm tối đa 0,50."),
        (
            "2.5",
            {"2.5.grade": "good"},
            "Mức độ hoàn thành kế hoạch phổ biến, giáo dục pháp luật: Hoàn thành tốt, được 75% của 1,50 = 1,125 điểm. "
            "Nếu đạt mức “Hoàn thành xuất sắc” thì được thêm 0,375 điểm.",
        ),
        (
            "1.1.1",
            {"1.1.1.issued_on": "2025-01-15"},
            "Ngày ban hành kế hoạch: 15/01/2025, trong hạn đến 31/01/2025: 0,25 điểm. "
            "Nếu kịp hạn 31/12/2024 thì được thêm 0,25 điểm.",
        ),
        (
            "1.2.2",
            {"1.2.2.late_reports": "1"},
            "Số báo cáo gửi chậm: 1; 0,50 − 1 × 0,125 = 0,375 điểm. Nếu bớt 1 báo cáo thì được thêm 0,125 điểm.",
        ),
        (
            "1.6",
            {"1.6.assigned": "50", "1.6.on_time": "45", "1.6.late": "3"},
            "Số nhiệm vụ được giao có thời hạn trong năm: 50; Số nhiệm vụ hoàn thành đúng hạn: 45; "
            "Số nhiệm vụ hoàn thành quá hạn: 3. Trường hợp 2/2: 1,50 × (45 + 0,5 × 3) ÷ 50 = 1,395 điểm.",
        ),
        (
            "1.3.1",
            {"1.3.1.inspected": "17", "departments": "60"},
            "Số cơ quan, đơn vị được kiểm tra: 17 trên 60 cơ quan, đơn vị, đạt 28,33%; thuộc mức từ 20% trở lên: "
            "0,50 điểm. Nếu thêm 1 cơ quan, đơn vị (mức 30%) thì được thêm 0,50 điểm.",
        ),
        ("1.3.2", {"1.3.2.found": "0"}, "Số vấn đề phát hiện qua kiểm tra bằng 0: đạt điểm tối đa 1,00."),
        (
            "8.1",
            {"survey:sipas.index": "0.823"},
            "Chỉ số hài lòng (SIPAS): 82,30% × 10,00 = 8,23 điểm. Nếu tăng 1 điểm phần trăm thì được thêm 0,10 điểm.",
        ),
        ("8.1", {}, "Chưa có kết quả điều tra xã hội học."),
        ("1.1.3", {"1.1.3.done": "45"}, "Chưa đủ số liệu, còn thiếu: Số nhiệm vụ trong kế hoạch."),
        (
            "3.3.4",
            {"@has_economic_zone": "false"},
            "Không áp dụng: “Có Ban Quản lý khu công nghiệp, khu kinh tế” là không.",
        ),
        ("1.5.2", {"1.5.2.not_applicable": "true"}, "Không áp dụng: đề nghị không áp dụng đã được chấp nhận."),
        (
            "1.4.1",
            {"1.4.1.completed": "true", "1.4.1.decided": "0.3"},
            "Điểm do cơ quan thẩm định quyết định: 0,30 trên 0,50, thay cho điểm theo quy tắc là 0,50.",
        ),
        ("B1", {}, "Không kê khai điểm thưởng: 0 điểm."),
        ("P2", {"P2.cases": "1"}, "Số vụ việc đã có kết luận: 1 × 1,00 = 1,00 điểm."),
    ],
)
def test_reasons_in_vietnamese(provincial: CriteriaSet, code: str, facts: dict[str, str], sentence: str) -> None:
    assert vi(provincial, code, **facts) == sentence


@pytest.mark.parametrize(
    ("code", "facts", "sentence"),
    [
        (
            "1.1.3",
            {"1.1.3.done": "45", "1.1.3.planned": "50"},
            "Tasks completed: 45/50 tasks = 90% → 0.9 × 1.00 = 0.90 points. Next: +5 tasks (100%) → +0.10 points.",
        ),
        ("1.1.3", {"1.1.3.done": "45"}, "Facts are missing: Tasks planned."),
        ("1.4.1", {"1.4.1.completed": "false"}, "The communication plan is completed: no; 0.00 of 0.50 points. "
         "Next: “The communication plan is completed”: yes → +0.50 points."),
    ],
)  # fmt: skip
def test_reasons_in_english(provincial: CriteriaSet, code: str, facts: dict[str, str], sentence: str) -> None:
    assert en(provincial, code, **facts) == sentence


def test_a_value_just_under_its_threshold_does_not_look_as_if_it_reached_it() -> None:
    rule = "{bands: [done, planned], steps: [{from: 0.7, points: 2}, {from: 0.5, points: 1}], when_zero: zero}"
    criteria_set = leaf_set(rule, done="count", planned="count")
    said = reasons.sentence(criteria_set, "1.1", leaf(criteria_set, done="699999", planned="1000000").reason)
    assert "đạt 69,9999%" in said
    assert "Nếu thêm 1 (mức 70%)" in said


def test_points_that_need_more_places_than_are_printed_show_up_to_four() -> None:
    criteria_set = leaf_set("{each: n, points: 0.125}", n="count")
    assert "0,125 điểm" in reasons.sentence(criteria_set, "1.1", leaf(criteria_set, n="1").reason)
    third = leaf_set("{ratio: [a, b], when_zero: zero}", "1", a="count", b="count")
    assert "0,33 điểm" in reasons.sentence(third, "1.1", leaf(third, a="1", b="3").reason)


def test_what_is_missing_is_named_by_its_label(provincial: CriteriaSet) -> None:
    reason = score_leaf(provincial, "1.1.2", {}).reason
    assert reasons.missing(provincial, "1.1.2", reason)[1] == "Phân công rõ cơ quan chủ trì"


def test_facts_are_shown_as_people_write_them(provincial: CriteriaSet) -> None:
    shown = [
        reasons.value_text(provincial, name, value)
        for name, value in [
            ("dossiers", "24650"),
            ("6.1.1.disbursed_percent", "82.5"),
            ("2.5.grade", "good"),
            ("1.1.1.issued_on", "2025-01-31"),
            ("1.4.1.completed", "true"),
            ("6.1.2.recovered", "1234.5"),
        ]
    ]
    assert shown == ["24.650", "82,5%", "Hoàn thành tốt", "31/01/2025", "có", "1.234,5"]


EVERY_KIND = {
    "yes_no": ("{yes_no: b}", {"b": "false"}),
    "choice": ("{choice: c, points: {x: 1, y: 2}}", {"c": "x"}),
    "checklist": ("{checklist: {b: 1, e: 2}}", {"b": "true", "e": "true"}),
    "each": ("{each: n, points: 0.4}", {"n": "9"}),
    "deduct": ("{deduct: n, points: 0.4}", {"n": "9"}),
    "ratio": ("{ratio: [n, m], target: 0.9, floor: 0.2, when_zero: zero}", {"n": "1", "m": "3"}),
    "ratio_under": ("{ratio: [n, m], target: 0.9, floor: 0.5, when_zero: zero}", {"n": "1", "m": "3"}),
    "bands_to": ("{bands: n, steps: [{to: 3, points: 2}, {to: 5, points: 1}]}", {"n": "4"}),
    "bands_none": ("{bands: n, steps: [{to: 3, points: 2}, {to: 5, points: 1}]}", {"n": "9"}),
    "linear_fall": ("{linear: n, from: {at: 0, points: 2}, to: {at: 6, points: 0.5}}", {"n": "4"}),
    "linear_base": ("{linear: n, from: {at: 0, points: 0.5}, to: {at: 6, points: 2}}", {"n": "4"}),
    "by": ("{by: d, steps: [{until: 2025-01-31, points: 2}]}", {"d": "2025-02-01"}),
    "formula": ('{formula: [{points: "if(b, max(n, 1), min(0.5, max)) / m"}]}', {"b": "true", "n": "1", "m": "3"}),
    "judged": ("{judged: true}", {"judged": "1.5"}),
    "zero": ("{ratio: [n, m], when_zero: not_applicable}", {"m": "0"}),
}
TYPES = {"b": "boolean", "e": "boolean", "n": "count", "m": "count", "d": "date", "c": "type: choice, options: [x, y]"}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_of_rule_has_a_sentence_in_both_languages(kind: str) -> None:
    rule, facts = EVERY_KIND[kind]
    used = {name: TYPES[name] for name in TYPES if re.search(rf"\b{name}\b", rule)}
    criteria_set = leaf_set(rule, **used)
    reason = leaf(criteria_set, **facts).reason
    for said in reasons.sentences(criteria_set, "1.1", reason):
        assert said.endswith(".")
        assert "None" not in said
        assert "%(" not in said


@pytest.mark.parametrize(
    "rule",
    [
        "{survey: {instrument: s, measure: m}, as: bands, steps: [{from: 0.9, points: 2}, {from: 0.5, points: 1}]}",
        "{survey: {instrument: s, measure: m}, as: linear, from: {at: 0.5, points: 0}, to: {at: 0.9, points: 2}}",
        "{survey: {instrument: s, measure: m}, as: options, shares: {A: 1, B: 0.6}}",
        "{external: {index: dti}, as: share}",
        "{external: {index: dti}, as: bands, steps: [{from: 0.9, points: 2}]}",
    ],
)
def test_estimates_have_sentences(rule: str) -> None:
    criteria_set = set_of(
        f'areas: [{{code: "1", title: {{vi: a}}, criteria: [{{code: "1.1", title: {{vi: b}}, max: 2, rule: {rule}}}]}}]\n'
    )
    names = (
        ["survey:s.m.A", "survey:s.m.B"]
        if "options" in rule
        else ["survey:s.m" if "survey" in rule else "external:dti"]
    )
    scored = score_leaf(criteria_set, "1.1", {name: Decimal("0.45") for name in names})
    said = reasons.sentences(criteria_set, "1.1", scored.reason)
    assert all("45" in one for one in said)
    unknown = score_leaf(criteria_set, "1.1", {})
    assert all(reasons.sentences(criteria_set, "1.1", unknown.reason))


def test_every_leaf_of_the_provincial_set_can_be_spoken_about_without_facts(provincial: CriteriaSet) -> None:
    for place in leaves(provincial):
        reason = score_leaf(provincial, place.code, {}).reason
        assert all(said.endswith(".") for said in reasons.sentences(provincial, place.code, reason))
