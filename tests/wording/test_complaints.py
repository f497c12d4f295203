"""Everything that scoring can find wrong has its words, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from parindex.scoring import Defect, Refusal, RefusedFacts, check_bytes, read_facts, run_cases
from parindex.wording import complaints
from parindex.wording.set_defects import DEFECTS
from tests.scoring.sets import HEAD, LEAF, set_of

SCORING = Path(__file__).parents[2] / "parindex" / "scoring"
CALLS = {"fail", "warn", "stop", "FormulaError", "refuse", "RefusedValue", "Verdict"}


def codes() -> set[str]:
    """Codes in the source: the first text given to whatever says that something is wrong."""
    found: set[str] = set()
    for path in sorted(SCORING.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            refusals = [word.value for word in node.keywords if word.arg == "refusal"]
            texts = [*node.args[:2], *refusals] if name in CALLS - {"Verdict"} else refusals
            for text in texts:
                found |= {
                    part.value
                    for part in ast.walk(text)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return {code for code in found if "_" in code} - {"when_zero", "not_applicable"}


def test_every_code_of_scoring_has_words() -> None:
    known = set(DEFECTS) | set(complaints._REFUSALS)
    unknown = codes() - known
    assert unknown <= {"as_", "may_be_inapplicable"}, unknown


@pytest.mark.parametrize("code", sorted(DEFECTS))
def test_a_defect_can_be_said_whatever_it_names(code: str) -> None:
    for lang in ("vi", "en"):
        said = complaints.defect_text(Defect(code=code, values={"name": "x", "fact": "y", "why": "z", "what": "w",
                                                               "formula": "f"}, file="x.yaml", line=3, column=5), lang)  # fmt: skip
        assert said.startswith("x.yaml:3:5: ")
        assert "%(" not in said


@pytest.mark.parametrize("code", sorted(complaints._REFUSALS))
def test_a_refusal_can_be_said_whatever_it_names(code: str) -> None:
    vi, en = (complaints.refusal_text(Refusal(code=code, row=3, agency="Sở A"), lang) for lang in ("vi", "en"))
    assert vi.startswith("dòng 3, Sở A: ")
    assert en.startswith("row 3, Sở A: ")
    assert vi != en


def test_a_message_says_what_was_found_what_is_expected_and_what_to_do() -> None:
    data = (HEAD + LEAF.format(rule="{yes_no: isued}", maximum="2", inputs="issued: {type: boolean}")).encode()
    said = [complaints.defect_text(defect) for defect in check_bytes(data, "thu.yaml").defects]
    assert said == [
        "thu.yaml:14:18: số liệu “issued” không được quy tắc nào dùng. Hãy dùng hoặc bỏ.",
        "thu.yaml:15:24: số liệu “isued” chưa được khai báo. Hãy thêm vào “inputs”. Có phải “issued” không?",
    ]


@pytest.mark.parametrize("word", ["list", "text", "number", "version", "name", "both"])
def test_what_somebody_wrote_is_told_as_it_was_written(word: str) -> None:
    said = complaints.defect_text(
        Defect(code="unknown_key", values={"found": word, "nearest": "code", "expected": ("a",)}), "en"
    )
    assert said == f"unknown key “{word}”; known here: a. Did you mean “code”?"
    said = complaints.refusal_text(
        Refusal(code="not_option", values={"found": word, "expected": (), "nearest": "text"}), "en"
    )
    assert "“text”" in said
    assert f"“{word}”" in said


def test_a_key_that_is_missing_is_named_as_it_has_to_be_written() -> None:
    (said,) = [
        complaints.defect_text(one, "vi")
        for one in check_bytes((HEAD.replace('version: "1"\n', "") + "areas: []\n").encode(), "").defects
        if one.code == "missing_key"
    ]
    assert "thiếu “version”. Hãy thêm “version: …”." in said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{ratio: [b, b], when_zero: zero}", "“b” is of type boolean; expected here: count, decimal, percent."),
        ('{formula: [{points: "b"}]}', "at place 1 a number is needed, this is a condition."),
        ('{formula: [{points: "d"}]}', "“d” is of type date and cannot stand in a formula: a number or boolean can."),
        ('{formula: [{points: "max *"}]}', "“…” (place 6) is not expected there. Check signs and brackets."),
    ],
)
def test_types_and_sorts_are_told_in_plain_words(rule: str, said: str) -> None:
    data = (HEAD + LEAF.format(rule=rule, maximum="2", inputs="b: {type: boolean}, d: {type: date}")).encode()
    told = [complaints.defect_text(one, "en").partition(": ")[2] for one in check_bytes(data, "x").defects]
    assert said in told


def test_a_worked_case_is_looked_through_to_its_end() -> None:
    criteria_set = set_of(LEAF.format(rule="{yes_no: a}", maximum="2", inputs="a: {type: boolean}"))
    found = run_cases(b'- {name: x, facts: {1.1.a: 1}, expect: {"1.9": 1, index: 0}}\n', "c.yaml", criteria_set)
    assert [one.code for one in found.defects] == ["case_value", "case_code"]


def test_a_fact_of_a_worked_case_is_refused_in_words() -> None:
    criteria_set = set_of(LEAF.format(rule="{yes_no: a}", maximum="2", inputs="a: {type: boolean}"))
    (defect,) = run_cases(b"- {name: x, facts: {1.1.a: 1}, expect: {}}\n", "c.yaml", criteria_set).defects
    assert complaints.defect_text(defect, "en").endswith("case “x”: 1.1.a: “1” is not true or false.")


def test_an_unknown_fact_is_answered_with_the_nearest_known_one() -> None:
    criteria_set = set_of(LEAF.format(rule="{yes_no: issued}", maximum="2", inputs="issued: {type: boolean}"))
    with pytest.raises(RefusedFacts) as refused:
        read_facts(b"agency,name,value\nA,1.1.isued,true\n", criteria_set)
    (said,) = [complaints.refusal_text(one, "en") for one in refused.value.refusals]
    assert said == "row 2, A, 1.1.isued: the set has no fact “1.1.isued”. Did you mean “1.1.issued”?"


def test_a_name_far_from_every_known_one_is_answered_with_none() -> None:
    criteria_set = set_of(LEAF.format(rule="{yes_no: issued}", maximum="2", inputs="issued: {type: boolean}"))
    with pytest.raises(RefusedFacts) as refused:
        read_facts(b"agency,name,value\nA,tong_diem,true\n", criteria_set)
    (said,) = [complaints.refusal_text(one, "vi") for one in refused.value.refusals]
    assert said.endswith("không có số liệu tên “tong_diem” trong bộ tiêu chí.")


def test_facts_in_an_old_encoding_are_refused_in_words() -> None:
    criteria_set = set_of(LEAF.format(rule="{yes_no: issued}", maximum="2", inputs="issued: {type: boolean}"))
    with pytest.raises(RefusedFacts) as refused:
        read_facts("agency,name,value\nSë Néi vô ®iÒu,1.1.issued,true\n".encode(), criteria_set)
    assert "TCVN3" in complaints.refusal_text(refused.value.refusals[0], "vi")
