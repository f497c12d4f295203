"""The digest: the same for the same meaning, another for another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from parindex.scoring import digest, from_document, load_bytes, to_document

SET = """\
set: thu
version: "1"
title: {vi: "Bộ thử"}
status: illustrative
tier: department
years: [2025]
classes: [{name: A, from: 90}]
inputs: {total: {type: count, label: {vi: "Tổng"}}}
areas:
  - code: "1"
    title: {vi: "Một"}
    criteria:
      - code: "1.1"
        title: {vi: "Hai"}
        max: 2
        inputs: {done: {type: count, label: {vi: "Đã làm"}}}
        rule: {ratio: [done, total], floor: 0.5, when_zero: zero}
"""


def of(text: str) -> str:
    return digest(load_bytes(text.encode(), "x.yaml"))


def test_the_digest_is_that_of_the_canonical_json_written_by_hand() -> None:
    by_hand = (
        '{"areas":[{"code":"1","criteria":[{"code":"1.1","inputs":{"done":{"label":{"vi":"Đã làm"},"type":"count"}},'
        '"max":"2","rule":{"floor":"0.5","ratio":["done","total"],"when_zero":"zero"},"title":{"vi":"Hai"}}],'
        '"title":{"vi":"Một"}}],"classes":[{"from":"90","name":"A"}],"inputs":{"total":{"label":{"vi":"Tổng"},'
        '"type":"count"}},"set":"thu","status":"illustrative","tier":"department","title":{"vi":"Bộ thử"},'
        '"version":"1","years":[2025]}'
    )
    assert of(SET) == hashlib.sha256(by_hand.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max: 2\n", "max: 2.00   # two points\n"),
        ("floor: 0.5", "floor: 5e-1"),
        ("floor: 0.5", "target: 1.0, floor: 0.5"),
        ("years: [2025]", "print_places: 2\ncompare: exact\nties: competition\nno_survey: rescale\nyears:\n  - 2025"),
        ("        max: 2\n", "        evidence: required\n        may_be_inapplicable: false\n        max: 2\n"),
        ('    title: {vi: "Một"}\n', "    max: 2\n    title:\n      vi: Một\n"),
        ('title: {vi: "Bộ thử"}', 'title: {vi: "Bộ thử"}\nlegal_basis: []'),
        ('type: count, label: {vi: "Tổng"}', "label: {vi: Tổng}, type: count"),
    ],
)
def test_layout_order_comments_and_defaults_do_not_change_it(old: str, new: str) -> None:
    assert old in SET
    assert of(SET.replace(old, new, 1)) == of(SET)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max: 2", "max: 2.1"),
        ("floor: 0.5", "floor: 0.6"),
        ("[done, total]", "[total, done]"),
        ("from: 90", "from: 91"),
        ("Hai", "hai"),
        ("2025", "2026"),
        ("years: [2025]", "years: [2025]\nties: dense"),
        ("when_zero: zero", "when_zero: full"),
        ("max: 2", "max: 2\n        evidence: optional"),
        ('{vi: "Hai"}', '{vi: "Hai", en: "Two"}'),
    ],
)
def test_a_changed_meaning_changes_it(old: str, new: str) -> None:
    assert of(SET.replace(old, new, 1)) != of(SET)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[3] / "criteria").rglob("20??*.yaml")), ids=lambda p: p.name
)
def test_a_shipped_set_survives_being_stored_as_json(path: Path) -> None:
    if path.name.endswith((".cases.yaml", ".crosswalk.yaml")):
        return
    criteria_set = load_bytes(path.read_bytes(), path.name)
    stored = json.dumps(to_document(criteria_set), ensure_ascii=False)
    again = from_document(json.loads(stored))
    assert digest(again) == digest(criteria_set)
    assert to_document(again) == to_document(criteria_set)
    assert digest(from_document(json.loads(json.dumps(json.loads(stored), sort_keys=True)))) == digest(criteria_set)
