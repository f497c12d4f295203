"""Every kind of rule is whole in every place: one file of scoring, its sentences, its lines of the workbook."""

from __future__ import annotations

import inspect
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from parindex.criteria_workbook import read_workbook, workbook_of
from parindex.criteria_workbook.rule_kinds import SHEETS
from parindex.scoring import (
    AgencyFacts,
    CriteriaSet,
    Criterion,
    digest,
    from_document,
    parse_value,
    place_of,
    score,
    score_leaf,
    to_document,
)
from parindex.scoring.law.appraisers import without_appraiser
from parindex.scoring.law.schema import json_schema
from parindex.scoring.rules.kinds import KINDS, Rule, kind
from parindex.scoring.trials.simulation import Simulation
from parindex.wording import rule_text
from parindex.wording.reasons import sentences
from parindex.wording.reasons.rule_sentences import RuleReasons, RuleTexts
from tests.properties import scoring_sets
from tests.scoring.sets import leaf_set

ROOT = Path(__file__).parents[3]
PLACES = ("read", "document", "facts", "judge", "kernel", "next_step")
"""What a kind has to say itself."""

EXAMPLES: dict[str, tuple[str, dict[str, str], dict[str, str], str]] = {
    "yes_no": ("{yes_no: a}", {"a": "boolean"}, {"1.1.a": "false"}, "0"),
    "choice": (
        "{choice: a, points: {good: 2, fair: 1}}", {"a": "type: choice, options: [good, fair]"}, {"1.1.a": "fair"}, "1",
    ),
    "checklist": ("{checklist: {a: 0.5, b: 1.5}}", {"a": "boolean", "b": "boolean"}, {"1.1.a": "true", "1.1.b": "false"}, "0.5"),
    "each": ("{each: a, points: 0.5}", {"a": "count"}, {"1.1.a": "3"}, "1.5"),
    "deduct": ("{deduct: a, points: 0.5}", {"a": "count"}, {"1.1.a": "3"}, "0.5"),
    "ratio": ("{ratio: [a, b], when_zero: zero}", {"a": "count", "b": "count"}, {"1.1.a": "3", "1.1.b": "4"}, "1.5"),
    "bands": ("{bands: a, steps: [{from: 9, points: 2}, {from: 5, points: 1}]}", {"a": "count"}, {"1.1.a": "7"}, "1"),
    "linear": ("{linear: a, from: {at: 0, points: 0}, to: {at: 4, points: 2}}", {"a": "decimal"}, {"1.1.a": "3"}, "1.5"),
    "by": (
        "{by: a, steps: [{until: 2025-01-31, points: 2}, {until: 2025-03-31, points: 1}]}", {"a": "date"},
        {"1.1.a": "2025-02-01"}, "1",
    ),
    "days": (
        "{days: [a, b], steps: [{to: 30, points: 2}, {to: 60, points: 1.5}]}", {"a": "date", "b": "date"},
        {"1.1.a": "2025-03-03", "1.1.b": "2025-01-31"}, "1.5",
    ),
    "formula": ('{formula: [{points: "max * a / 4"}]}', {"a": "count"}, {"1.1.a": "3"}, "1.5"),
    "survey": ("{survey: {instrument: sipas, measure: index}, as: share}", {}, {"survey:sipas.index": "0.75"}, "1.5"),
    "external": ("{external: {index: dti}, as: share}", {}, {"external:dti": "0.75"}, "1.5"),
    "judged": ("{judged: true}", {}, {"1.1.judged": "1.5"}, "1.5"),
}  # fmt: skip
"""By kind: the rule of a leaf of 2 points, its inputs, facts under the maximum, what they give."""

every_kind = pytest.mark.parametrize("word", list(KINDS))


def example(word: str) -> tuple[CriteriaSet, AgencyFacts, Decimal]:
    rule, inputs, facts, points = EXAMPLES[word]
    criteria_set = leaf_set(rule, **inputs)
    return criteria_set, {name: parse_value(criteria_set, name, text) for name, text in facts.items()}, Decimal(points)


@every_kind
def test_a_kind_is_one_file_of_its_name_that_says_all(word: str) -> None:
    one = KINDS[word]
    assert Path(inspect.getfile(one)) == ROOT / "parindex" / "scoring" / "rules" / f"{word}.py"
    assert [name for name in PLACES if getattr(one, name) == getattr(Rule, name)] == []


@every_kind
def test_no_other_module_of_scoring_knows_a_kind_by_name(word: str) -> None:
    scoring = ROOT / "parindex" / "scoring"
    allowed = {f"{word}.py", "kinds.py"}
    # A change of a survey's rules is told apart on the bridge, since a survey is not held in every year.
    allowed |= {"bridge.py"} if word == "survey" else set()
    imports = f"scoring.rules.{word} import"
    knowing = {path.name for path in scoring.rglob("*.py") if imports in path.read_text(encoding="utf-8")}
    assert knowing <= allowed


@every_kind
def test_a_kind_has_its_sentences_in_both_languages(word: str) -> None:
    assert hasattr(RuleTexts, f"_{word}")
    assert hasattr(RuleReasons, f"_{word}")
    criteria_set, facts, _ = example(word)
    node = place_of(criteria_set, "1.1").node
    assert isinstance(node, Criterion)
    vi, en = (rule_text.words(criteria_set, node, lang) for lang in ("vi", "en"))
    assert vi
    assert en
    assert vi != en
    said = sentences(criteria_set, "1.1", score_leaf(criteria_set, "1.1", facts).reason)
    assert said[0] != said[1]
    assert "điểm" not in said[1] + en


@every_kind
def test_a_kind_goes_to_the_workbook_and_comes_back(word: str) -> None:
    assert word in SHEETS
    criteria_set, _, _ = example(word)
    for lang in ("vi", "en"):
        back = read_workbook(workbook_of(criteria_set, lang), "bo.xlsx").criteria_set
        assert back is not None
        assert digest(back) == digest(criteria_set)


@every_kind
def test_a_kind_is_read_written_judged_explained_and_simulated(word: str) -> None:
    criteria_set, facts, points = example(word)
    node = place_of(criteria_set, "1.1").node
    assert isinstance(node, Criterion)
    assert node.rule is not None
    assert kind(node.rule) == word
    assert digest(from_document(to_document(criteria_set))) == digest(criteria_set)
    scored = score_leaf(criteria_set, "1.1", facts)
    assert scored.points == points
    assert scored.reason.rule == word
    assert set(scored.reason.facts) == set(facts)
    # A hundred agencies are judged by column.
    assert {
        one.node("1.1").points for one in score(criteria_set, dict.fromkeys(map(str, range(100)), facts)).agencies
    } == {points}
    np.testing.assert_allclose(Simulation(criteria_set, {"A": facts}).run().leaf("1.1"), [float(points)], atol=1e-9)


@every_kind
def test_the_next_step_of_a_kind_gives_what_it_promises(word: str) -> None:
    criteria_set, facts, points = example(word)
    coming = score_leaf(criteria_set, "1.1", facts).reason.next
    if word in {"formula", "judged"}:
        assert coming is None
        return
    assert coming is not None
    assert Decimal(coming["points"]) == points + Decimal(coming["gain"])
    assert points < Decimal(coming["points"]) <= 2


def test_the_schema_the_workbook_and_the_random_sets_know_the_kinds_and_no_others() -> None:
    assert [rule["title"] for rule in json_schema()["$defs"]["Rule"]["oneOf"]] == list(KINDS)
    assert set(SHEETS) == set(scoring_sets.KINDS) == set(EXAMPLES) == set(KINDS)


@every_kind
def test_a_kind_stands_in_the_documentation(word: str) -> None:
    told = (ROOT / "docs" / "criteria.md").read_text(encoding="utf-8")
    assert f"| `{{{word}:" in told


def test_words_of_the_workbook_name_one_kind_each() -> None:
    for place in (0, 1):
        names = [sheet.name[place] for sheet in SHEETS.values()]
        assert len(set(names)) == len(names)


@every_kind
def test_what_an_agency_declares_needs_somebody_who_appraises_it(word: str) -> None:
    """Surveys and other indices come from outside."""
    missing = without_appraiser(example(word)[0])
    assert missing == ({} if word in {"survey", "external"} else {"1": ("1.1",)})
