"""The JSON Schema for editors: made from the Structs, never stale, and never stricter or looser where it can know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from parindex.criteria_workbook import yaml_text
from parindex.scoring import check_bytes, from_document
from parindex.scoring.law.load import _AREA, _CRITERION, _SET
from parindex.scoring.law.schema import json_schema
from parindex.scoring.law.yaml_tree import Mapping_, Node, Scalar, Sequence_, read_tree
from parindex.scoring.rules.kinds import KINDS
from tests.criteria_workbook.generated import sets
from tests.scoring.sets import HEAD, LEAF

CRITERIA = Path(__file__).parents[3] / "criteria"
SETS = sorted(path for path in CRITERIA.rglob("*.yaml") if not path.name.endswith((".cases.yaml", ".crosswalk.yaml")))
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def plain(node: Node | None) -> Any:
    """A YAML 1.2 tree as an editor sees it."""
    if isinstance(node, Mapping_):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence_):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    values: dict[str, Any] = {"null": None, "boolean": node.text.lower() == "true"}
    if node.kind in values:
        return values[node.kind]
    return {"integer": int, "float": float, "text": str}[node.kind](node.text)


def accepted(data: bytes) -> bool:
    return bool(VALIDATOR.is_valid(plain(read_tree(data, []))))


def test_the_schema_that_ships_is_that_of_the_structs() -> None:
    assert json.loads((CRITERIA / "schema.json").read_text(encoding="utf-8")) == SCHEMA, "run script/schema"


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_set_that_ships_is_valid(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(plain(read_tree(path.read_bytes(), [])))] == []


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(sets())
def test_every_set_that_the_loader_accepts_is_valid(document: dict[str, Any]) -> None:
    assert accepted(yaml_text(from_document(document)).encode())


def test_it_knows_the_keys_that_the_loader_knows() -> None:
    defined = SCHEMA["$defs"]
    assert set(SCHEMA["properties"]) == set(_SET)
    assert set(defined["Area"]["properties"]) == set(_AREA)
    assert set(defined["Criterion"]["properties"]) == set(_CRITERION)
    rules = {rule["title"]: set(rule["properties"]) - {rule["title"]} for rule in defined["Rule"]["oneOf"]}
    assert rules == {word: set(kind.KEYS) for word, kind in KINDS.items()}


def test_every_key_is_described() -> None:
    def silent(schema: Any, path: str = "") -> list[str]:
        found = []
        for key, value in schema.get("properties", {}).items():
            if (
                isinstance(value, dict)
                and "oneOf" not in schema
                and not value.get("description")
                and "$ref" not in value
            ):
                found.append(f"{path}/{key}")
            found += silent(value, f"{path}/{key}") if isinstance(value, dict) else []
        return found

    assert silent(SCHEMA) == ["/adjustments"]
    assert [one for name, part in SCHEMA["$defs"].items() for one in silent(part, name)] == []


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        ("{yes_no: 1}", "a: {type: boolean}"),
        ("{yes_no: a, points: 1}", "a: {type: boolean}"),
        ("{choice: a}", "a: {type: choice, options: [x]}"),
        ("{choice: a, points: {x: 1}, shares: {x: 1}}", "a: {type: choice, options: [x]}"),
        ("{choice: a, points: {x: 1}}", "a: {type: choice}"),
        ("{choice: a, shares: {x: 1.5}}", "a: {type: choice, options: [x]}"),
        ("{checklist: {a: 0}}", "a: {type: boolean}"),
        ("{each: a}", "a: {type: count}"),
        ("{ratio: [a], when_zero: zero}", "a: {type: count}"),
        ("{ratio: [a, b], when_zero: nothing}", "a: {type: count}, b: {type: count}"),
        ("{ratio: [a, b]}", "a: {type: count}, b: {type: count}"),
        ("{bands: a, steps: []}", "a: {type: decimal}"),
        ("{bands: a, steps: [{from: 1, points: 1}, {to: 2, points: 1}]}", "a: {type: decimal}"),
        ("{linear: a, from: {at: 1, points: 1}}", "a: {type: decimal}"),
        ("{by: a, steps: [{until: 31/12/2025, points: 1}]}", "a: {type: date}"),
        ("{formula: []}", "a: {type: count}"),
        ("{survey: sipas, as: share}", ""),
        ("{external: {index: dti}, as: options}", ""),
        ("{judged: false}", ""),
        ("{judged: true, yes_no: a}", "a: {type: boolean}"),
        ("{ratios: [a, b]}", "a: {type: count}, b: {type: count}"),
    ],
)
def test_what_it_refuses_the_loader_refuses_too(rule: str, inputs: str) -> None:
    data = (HEAD + LEAF.format(rule=rule, maximum="2", inputs=inputs)).encode()
    assert check_bytes(data, "thu.yaml").criteria_set is None
    assert not accepted(data)


def test_a_pair_without_when_zero_is_left_to_the_loader_where_one_number_needs_none() -> None:
    rule = "{bands: [a, b], steps: [{from: 0.5, points: 2}]}"
    data = (HEAD + LEAF.format(rule=rule, maximum="2", inputs="a: {type: count}, b: {type: count}")).encode()
    assert accepted(data)
    assert check_bytes(data, "thu.yaml").criteria_set is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: illustrative", "status: draft"),
        ("years: [2025]", "years: []"),
        ("years: [2025]", "year: 2025"),
        ('version: "1"', "version: 1.10"),
        ("max: 2", "max: 0"),
        ("max: 2", 'max: "2"'),
        ('code: "1.1"', "code: 1.1"),
        ('title: {vi: "Tiêu chí"}', 'title: {en: "Criterion"}'),
        ("rule: {judged: true}", "evidence: none"),
    ],
)
def test_it_sees_what_is_wrong_in_the_shape_of_a_set(old: str, new: str) -> None:
    good = HEAD + LEAF.format(rule="{judged: true}", maximum="2", inputs="")
    assert accepted(good.encode())
    assert old in good
    bad = good.replace(old, new).encode()
    assert not accepted(bad)
    assert check_bytes(bad, "thu.yaml").criteria_set is None


@pytest.mark.parametrize(("share", "valid"), [("1", True), ("1.01", False), ("-0.01", False)])
def test_a_share_of_an_option_of_a_survey_lies_between_0_and_1(share: str, valid: bool) -> None:
    rule = f"{{survey: {{instrument: s, measure: q}}, as: options, shares: {{A: {share}, B: 0}}}}"
    body = (HEAD + LEAF.format(rule=rule, maximum="2", inputs="")).encode()
    assert accepted(body) is valid
    assert bool(check_bytes(body, "thu.yaml").defects) is not valid
