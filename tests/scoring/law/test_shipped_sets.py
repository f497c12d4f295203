"""The sets that ship: whole, translated, every rule worked out in a case, and honest about what is public."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parindex.scoring import (
    CriteriaSet,
    Criterion,
    check_bytes,
    counts,
    kind,
    leaves,
    load,
    place_of,
    run_cases,
)
from parindex.scoring.law.yaml_tree import Mapping_, Scalar, Sequence_, read_tree
from parindex.wording import complaints

CRITERIA = Path(__file__).parents[3] / "criteria"
CASES = ".cases.yaml"
SETS = sorted(path for path in CRITERIA.rglob("*.yaml") if not path.name.endswith((CASES, ".crosswalk.yaml")))
PUBLISHED = {
    "minh-hoa-cap-tinh/2025.1": "6db3ffc56197a12728cfead65bedfbb7fe9469b43c059dbad5ecff3a456dff41",
    "minh-hoa-cap-tinh/2026.1": "6c69b349e9c69c9e58d114d51e43f579f306c6fbd40518bec0cdc28acf70c34a",
    "par-index-cap-bo/2023": "25fbbbf277d8eb34f5ae5e2513c0e58448b49f3375dc4889cc0325b2f42fe969",
}
"""Versions that an edition rests on: their bytes never change."""
BY_KIND = {"minh-hoa-cap-tinh/2025.1", "minh-hoa-cap-tinh/2026.1"}
"""Published versions whose cases cover every kind of rule; every other set has a case for every leaf."""


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.yaml')}"


every_set = pytest.mark.parametrize("path", SETS, ids=name)


@cache
def loaded(path: Path) -> CriteriaSet:
    return load(path)


def shipped(named: str) -> CriteriaSet:
    return loaded(CRITERIA / f"{named}.yaml")


def beside(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".yaml") + CASES)


def worked(path: Path) -> Iterator[tuple[str, str]]:
    """(code, what is expected) of every expectation in the cases of a set."""
    tree = read_tree(beside(path).read_bytes(), [])
    assert isinstance(tree, Sequence_)
    for case in tree.items:
        assert isinstance(case, Mapping_)
        expected: Any = next(value for key, value in case.entries if key.text == "expect")
        yield from ((key.text, value.text) for key, value in expected.entries if isinstance(value, Scalar))


@every_set
def test_a_set_that_ships_is_whole_without_doubts_and_in_both_languages(path: Path) -> None:
    checked = check_bytes(path.read_bytes(), path.name)
    assert [complaints.defect_text(one) for one in (*checked.defects, *checked.warnings)] == []
    assert checked.untranslated == 0
    assert checked.criteria_set is not None
    assert (checked.criteria_set.family, checked.criteria_set.version) == (path.parent.name, path.name[: -len(".yaml")])


@every_set
def test_its_worked_cases_hold(path: Path) -> None:
    checked = run_cases(beside(path).read_bytes(), beside(path).name, loaded(path))
    assert [complaints.defect_text(one) for one in checked.defects] == []
    assert checked.count > 0


@every_set
def test_its_worked_cases_cover_every_rule(path: Path) -> None:
    scored = {code for code, expected in worked(path) if re.match(r"-?[0-9]", expected)}
    rules = {
        place.code: kind(place.node.rule)
        for place in leaves(loaded(path))
        if isinstance(place.node, Criterion) and place.node.rule is not None
    }
    if name(path) in BY_KIND:
        seen = {rules[code] for code in scored if code in rules}
        assert set(rules.values()) - seen == set()
    else:
        assert [code for code in rules if code not in scored] == []


@pytest.mark.parametrize(("named", "digest"), sorted(PUBLISHED.items()))
def test_a_published_version_never_changes(named: str, digest: str) -> None:
    assert hashlib.sha256((CRITERIA / f"{named}.yaml").read_bytes()).hexdigest() == digest


@every_set
def test_only_what_is_public_is_called_official(path: Path) -> None:
    criteria_set = loaded(path)
    if criteria_set.status == "official":
        assert name(path) == "par-index-cap-bo/2023"
        return
    assert "minh họa" in criteria_set.title.vi
    assert "llustrative" in (criteria_set.title.en or "")
    assert "MINH HỌA" in path.read_text(encoding="utf-8").partition("\nset:")[0]


def test_all_rules_that_exist_are_used_by_the_sets_that_ship() -> None:
    used = {
        (kind(place.node.rule), getattr(place.node.rule, "reading", ""))
        for path in SETS
        for place in leaves(loaded(path))
        if isinstance(place.node, Criterion) and place.node.rule is not None
    }
    plain = ["yes_no", "choice", "checklist", "each", "deduct", "ratio", "bands", "linear", "by", "formula", "judged"]
    surveys = {("survey", reading) for reading in ("share", "bands", "linear", "options")}
    externals = {("external", reading) for reading in ("share", "bands", "linear")}
    assert used == {(one, "") for one in plain} | surveys | externals


# what is public


def survey_points(criteria_set: CriteriaSet) -> Decimal:
    return sum(
        (
            place.node.max
            for place in leaves(criteria_set)
            if isinstance(place.node, Criterion) and place.node.rule is not None and kind(place.node.rule) == "survey"
        ),
        Decimal(0),
    )


def test_the_ministry_set_has_the_public_areas_counts_and_split() -> None:
    criteria_set = shipped("minh-hoa-cap-bo/2026.1")
    assert [area.title.vi for area in criteria_set.areas] == [
        "Công tác chỉ đạo, điều hành cải cách hành chính",
        "Cải cách thể chế",
        "Cải cách thủ tục hành chính",
        "Cải cách tổ chức bộ máy hành chính",
        "Cải cách chế độ công vụ",
        "Cải cách tài chính công",
        "Xây dựng và phát triển Chính phủ điện tử, Chính phủ số",
    ]
    parts = [(len(area.criteria), sum(len(one.criteria) for one in area.criteria)) for area in criteria_set.areas]
    assert parts == [(7, 6), (9, 15), (6, 19), (4, 14), (6, 16), (3, 13), (3, 14)]
    assert (criteria_set.max - survey_points(criteria_set), survey_points(criteria_set)) == (
        Decimal("68.5"),
        Decimal("31.5"),
    )


@pytest.mark.parametrize("version", ["2025.1", "2026.1", "2026.2"])
def test_the_provincial_sets_have_the_public_counts_and_split(version: str) -> None:
    criteria_set = shipped(f"minh-hoa-cap-tinh/{version}")
    size = counts(criteria_set)
    assert (size.areas, size.criteria, size.parts) == (8, 38, 88)
    assert sum(area.max for area in criteria_set.areas[:7]) == Decimal("61.5")
    eighth = [one.max for one in criteria_set.areas[7].criteria]
    assert eighth == [Decimal(10), Decimal(22), Decimal("6.5")]


def test_the_department_set_exempts_as_ha_nam_and_rescales_as_thanh_hoa() -> None:
    criteria_set = shipped("minh-hoa-so-nganh/2026.1")
    third = criteria_set.areas[2]
    assert (third.max, third.needs) == (20, "has_procedures")
    seventh = [place_of(criteria_set, code).node for code in ("7.3", "7.5")]
    assert [(one.max, one.needs) for one in seventh] == [(7, "has_procedures"), (3, "has_procedures")]
    assert (criteria_set.max, survey_points(criteria_set), criteria_set.no_survey) == (100, 16, "rescale")


def test_the_service_index_has_the_maxima_of_its_five_groups() -> None:
    criteria_set = shipped("phuc-vu-nguoi-dan-doanh-nghiep/2026.1")
    assert [area.max for area in criteria_set.areas] == [18, 20, 22, 22, 18]
    assert [law.number for law in criteria_set.legal_basis] == ["766/QĐ-TTg"]


def test_the_digital_index_has_weights_of_its_own() -> None:
    criteria_set = shipped("minh-hoa-chuyen-doi-so/2026.1")
    assert criteria_set.max == 1000
    assert len({area.max for area in criteria_set.areas}) > 1


def test_the_commune_set_has_seven_contents_and_an_optional_survey() -> None:
    criteria_set = shipped("minh-hoa-cap-xa/2026.1")
    assert (len(criteria_set.areas), criteria_set.max, criteria_set.no_survey) == (7, 100, "rescale")
