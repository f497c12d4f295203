"""The CSV of facts: what is read, and what is refused with its row."""

from __future__ import annotations

import datetime
from decimal import Decimal
from io import BytesIO

import pytest

from parindex.scoring import CriteriaSet, RefusedFacts, RefusedValue, parse_value, read_facts, write_value
from parindex.scoring.facts.facts_stream import FactsStream
from tests.scoring.sets import leaf_set, set_of

BODY = """\
attributes: {has_procedures: {type: boolean, label: {vi: a}}}
inputs: {dossiers: {type: count, label: {vi: a}}}
areas:
  - code: "1"
    title: {vi: a}
    criteria:
      - code: "1.1"
        title: {vi: a}
        max: 2
        inputs: {a: {type: decimal}, b: {type: percent}, wide: {type: percent, most: 200}, c: {type: boolean}}
        rule: {formula: [{when: "c", points: "max"}, {points: "min(max, a * b * wide * dossiers)"}]}
      - code: "1.2"
        title: {vi: a}
        max: 1
        may_be_inapplicable: true
        inputs: {grade: {type: choice, options: [good, "khá"]}}
        rule: {choice: grade, points: {good: 1, "khá": 0.5}}
      - code: "1.3"
        title: {vi: a}
        max: 1
        inputs: {on: {type: date}}
        rule: {by: on, steps: [{until: 2025-01-31, points: 1}]}
      - {code: "1.4", title: {vi: a}, max: 1, rule: {judged: true}}
      - {code: "1.5", title: {vi: a}, max: 1, rule: {survey: {instrument: sipas, measure: index}, as: share}}
      - {code: "1.6", title: {vi: a}, max: 1, rule: {external: {index: dti}, as: share}}
"""


@pytest.fixture(scope="module")
def criteria_set() -> CriteriaSet:
    return set_of(BODY)


def test_values_are_typed(criteria_set: CriteriaSet) -> None:
    data = (
        "agency,name,value\n"
        "Sở A,1.1.a,-1.50\nSở A,1.1.b,98.5\nSở A,1.1.wide,200\nSở A,1.1.c,TRUE\nSở A,dossiers,12\n"
        "Sở A,1.2.grade,khá\nSở A,1.3.on,2025-01-31\nSở A,1.4.judged,0.1234\nSở A,survey:sipas.index,0.5\n"
        "Sở A,@region,Đồng bằng\nSở A,@ranked,false\nSở A,1.2.not_applicable,False\n"
    )
    assert read_facts(data.encode(), criteria_set) == {
        "Sở A": {
            "1.1.a": Decimal("-1.5"),
            "1.1.b": Decimal("98.5"),
            "1.1.wide": Decimal(200),
            "1.1.c": True,
            "dossiers": 12,
            "1.2.grade": "khá",
            "1.3.on": datetime.date(2025, 1, 31),
            "1.4.judged": Decimal("0.1234"),
            "survey:sipas.index": Decimal("0.5"),
            "@region": "Đồng bằng",
            "@ranked": False,
            "1.2.not_applicable": False,
        }
    }


@pytest.mark.parametrize(
    "data",
    [
        b"agency,name,value\nA,dossiers,3\n",
        b"\xef\xbb\xbfagency,name,value\r\nA,dossiers,3\r\n",
        b"agency;name;value\nA;dossiers;3\n",
        b'"agency","name","value"\n"A","dossiers","3"\n',
        b"Agency , Name,value\n  A , dossiers , 3 \n\n,,\n",
        b"agency,name,value\nA,dossiers,3,\n",
        b"agency,name,value\nA,dossiers,3",
    ],
)
def test_byte_order_mark_semicolons_quotes_spaces_and_blank_lines_do_not_matter(
    criteria_set: CriteriaSet, data: bytes
) -> None:
    assert read_facts(data, criteria_set) == {"A": {"dossiers": 3}}


def test_composed_and_decomposed_names_are_the_same_agency(criteria_set: CriteriaSet) -> None:
    data = "agency,name,value\nTỉnh Hà,dossiers,3\nTỉnh Hà,1.1.c,true\n"
    assert list(read_facts(data.encode(), criteria_set)) == ["Tỉnh Hà"]


def test_an_empty_value_is_absent_and_its_agency_is_there(criteria_set: CriteriaSet) -> None:
    assert read_facts(b"agency,name,value\nB,dossiers,\nA,dossiers,1\n", criteria_set) == {
        "B": {},
        "A": {"dossiers": 1},
    }


def refused(criteria_set: CriteriaSet, *rows: str) -> list[tuple[int | None, str]]:
    with pytest.raises(RefusedFacts) as error:
        read_facts("\n".join(["agency,name,value", *rows]).encode(), criteria_set)
    return [(one.row, one.code) for one in error.value.refusals]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("dossiers", "-1", "not_count"),
        ("dossiers", "1.5", "not_count"),
        ("dossiers", "1 000", "not_count"),
        ("dossiers", "1e3", "not_count"),
        ("1.1.a", "abc", "not_number"),
        ("1.1.a", "1e3", "not_number"),
        ("1.1.a", "nan", "not_number"),
        ("1.1.a", "٣", "not_number"),
        ("1.1.b", "98%", "not_number"),
        ("1.1.b", "100.01", "out_of_range"),
        ("1.1.b", "-0.1", "out_of_range"),
        ("1.1.wide", "200.5", "out_of_range"),
        ("1.1.c", "yes", "not_boolean"),
        ("1.1.c", "1", "not_boolean"),
        ("1.2.grade", "Good", "not_option"),
        ("1.3.on", "31/13/2025", "not_date"),
        ("1.3.on", "0025-01-31", "year_outside"),
        ("1.3.on", "2025-02-30", "not_date"),
        ("1.4.judged", "1.01", "out_of_range"),
        ("1.4.judged", "0.12345", "too_many_places"),
        ("1.1.decided", "2.1", "out_of_range"),
        ("survey:sipas.index", "82.3", "out_of_range"),
        ("external:dti", "-0.1", "out_of_range"),
        ("1.1.not_applicable", "true", "not_applicable_not_allowed"),
        ("1.not_applicable", "true", "not_applicable_not_allowed"),
        ("1.1.judged", "1", "unknown_name"),
        ("1.decided", "1", "unknown_name"),
        ("dosiers", "1", "unknown_name"),
        ("@has_procedure", "true", "unknown_name"),
        ("survey:sipas.other", "1", "unknown_name"),
        ("", "1", "unknown_name"),
    ],
)
def test_a_value_outside_its_type_is_refused(criteria_set: CriteriaSet, name: str, value: str, code: str) -> None:
    assert refused(criteria_set, "B,dossiers,1", f"A,{name},{value}") == [(3, code)]


def test_a_decimal_comma_is_refused_with_its_row(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, "A,1.1.a,0,5", 'A,1.1.b,"98,5"') == [(2, "decimal_comma"), (3, "decimal_comma")]
    with pytest.raises(RefusedFacts) as error:
        read_facts(b"agency;name;value\nA;dossiers;3\nA;1.1.a;0,5\n", criteria_set)
    assert [(one.row, one.code) for one in error.value.refusals] == [(3, "decimal_comma")]


def test_four_cells_of_which_the_third_is_no_number_are_no_decimal_comma(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, "A,1.1.a,x,5", "A,1.1.b,98,x") == [(2, "wrong_width"), (3, "wrong_width")]


def test_the_same_fact_twice_is_refused_even_if_equal_or_empty(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, "A,dossiers,1", "B,dossiers,1", "A,dossiers,1") == [(4, "repeated_fact")]
    assert refused(criteria_set, "A,dossiers,1", "A,dossiers,") == [(3, "repeated_fact")]


def test_all_rows_are_refused_at_once(criteria_set: CriteriaSet) -> None:
    rows = ["A,dossiers,x", "A,1.1.a", ",dossiers,1", "A,nothing,1"]
    codes = ["not_count", "wrong_width", "no_agency", "unknown_name"]
    assert refused(criteria_set, *rows) == list(zip((2, 3, 4, 5), codes, strict=True))


def test_an_unknown_name_comes_with_the_nearest_known_one(criteria_set: CriteriaSet) -> None:
    with pytest.raises(RefusedValue) as error:
        parse_value(criteria_set, "dosiers", "1")
    assert error.value.values == {"found": "dosiers", "nearest": "dossiers"}


@pytest.mark.parametrize(
    ("name", "near"),
    [("1.2.grad", "1.2.grade"), ("1.2.level", "1.2.decided"), ("1.3", "1.3.on"), ("1.3.b", "1.3.on")],
)
def test_the_nearest_name_is_one_of_the_same_criterion(criteria_set: CriteriaSet, name: str, near: str) -> None:
    with pytest.raises(RefusedValue) as error:
        parse_value(criteria_set, name, "1")
    assert error.value.values["nearest"] == near


def test_refused_rows_and_refused_leaves_are_listed_together(criteria_set: CriteriaSet) -> None:
    rows = ("A,1.1.c,false", "A,1.1.a,-1", "A,1.1.b,1", "A,1.1.wide,1", "A,dossiers,1", "B,dossiers,x")
    with pytest.raises(RefusedFacts) as error:
        read_facts("\n".join(["agency,name,value", *rows]).encode(), criteria_set)
    told = [(one.row, one.agency, one.leaf, one.code) for one in error.value.refusals]
    assert told == [(7, "B", None, "not_count"), (None, "A", "1.1", "points_outside")]


def test_an_agency_has_no_control_characters(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, "A\0,dossiers,1", "B\x7f,dossiers,1") == [
        (2, "control_character"),
        (3, "control_character"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_header"),
        (b"a,b\n1,2\n", "bad_header"),
        (b"agency|name|value\n", "bad_header"),
        (b"agency,name,value\nA,dossiers,\xff\n", "not_utf8"),
        (b'agency,name,value\nA,dossiers,"1"x\n', "bad_csv"),
    ],
)
def test_what_is_no_such_file_is_refused(criteria_set: CriteriaSet, data: bytes, code: str) -> None:
    with pytest.raises(RefusedFacts) as error:
        read_facts(data, criteria_set)
    assert [one.code for one in error.value.refusals] == [code]


def test_a_long_head_that_is_none_is_shown_in_part(criteria_set: CriteriaSet) -> None:
    with pytest.raises(RefusedFacts) as error:
        read_facts(b"x" * 200 + b",b\n", criteria_set)
    assert [one.values["found"] for one in error.value.refusals] == ["x" * 80]


def test_a_quoted_line_break_keeps_the_row_numbers_of_the_file(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, '"A\nB",dossiers,1', "A,dossiers,x") == [(4, "not_count")]


@pytest.mark.parametrize("text", ["true", "false", "12", "0.5", "-1.25", "2025-01-31"])
def test_values_are_written_as_they_are_read(criteria_set: CriteriaSet, text: str) -> None:
    names = {"true": "1.1.c", "false": "1.1.c", "12": "dossiers", "2025-01-31": "1.3.on"}
    assert write_value(parse_value(criteria_set, names.get(text, "1.1.a"), text)) == text


def test_an_agency_written_with_a_character_that_nobody_sees_is_the_same_agency(criteria_set: CriteriaSet) -> None:
    assert refused(criteria_set, "SNV,dossiers,1", "SNV\u200b,dossiers,2") == [(3, "repeated_fact")]
    data = "agency,name,value\nSNV,dossiers,1\n S\u202eNV ,1.1.c,true\n"
    assert read_facts(data.encode(), criteria_set).keys() == {"SNV"}


def test_an_agency_written_with_another_letter_d_or_in_parts_is_the_same_agency(criteria_set: CriteriaSet) -> None:
    rows = (
        "Lâm Đồng,dossiers,1",
        "Lâm \u00d0ồng,1.1.c,true",
        "La\u0302m Đo\u0302\u0300ng,1.1.wide,1",
        "Lâm  Đồng,1.3.on,2025-01-31",
    )
    facts = read_facts("\n".join(["agency,name,value", *rows]).encode(), criteria_set)
    assert {agency: len(own) for agency, own in facts.items()} == {"Lâm Đồng": 4}


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("text", ["1.250", "12.500"])
def test_a_point_before_three_figures_in_a_file_of_semicolons_or_tabs_is_asked_about(
    criteria_set: CriteriaSet, text: str, separator: str
) -> None:
    with pytest.raises(RefusedFacts) as error:
        read_facts(f"agency;name;value\nA;1.1.b;{text}\n".replace(";", separator).encode(), criteria_set)
    assert [(one.row, one.code) for one in error.value.refusals] == [(2, "two_readings")]
    assert read_facts(f"agency,name,value\nA,1.1.b,{text}\n".encode(), criteria_set)
    assert read_facts(b"agency;name;value\nA;1.1.b;0.250\n", criteria_set)


@pytest.mark.parametrize(
    ("text", "code"),
    [("0026-01-31", "year_outside"), ("1926-01-31", "date_far"), ("2015-12-31", "date_far"), ("2016-01-01", None),
     ("31/12/2027", None), ("2028-01-01", "date_far"), ("31/01/0026", "year_outside")],
)  # fmt: skip
def test_a_day_far_from_the_year_of_the_set_is_asked_about(criteria_set: CriteriaSet, text: str, code: str) -> None:
    assert criteria_set.years == (2025,)
    data = f"agency,name,value\nA,1.3.on,{text}\n".encode()
    if code is None:
        assert read_facts(data, criteria_set)["A"]
    else:
        with pytest.raises(RefusedFacts) as error:
            read_facts(data, criteria_set)
        assert [(one.row, one.code) for one in error.value.refusals] == [(2, code)]


def test_a_stream_names_the_row_that_is_not_utf_8(criteria_set: CriteriaSet) -> None:
    file = BytesIO(b"agency,name,value\nA,dossiers,1\nB,dossiers,\xff\n")
    with pytest.raises(RefusedFacts) as error:
        list(FactsStream(file, criteria_set).agencies())
    assert [(one.code, one.row, one.values) for one in error.value.refusals] == [("not_utf8", 3, {"found": "0xFF"})]


@pytest.mark.parametrize(("text", "taken"), [("2010-01-01", True), ("2009-12-31", False)])
def test_a_day_in_a_far_year_that_a_rule_names_is_taken_as_it_stands(text: str, taken: bool) -> None:
    criteria_set = leaf_set(
        "{by: d, steps: [{until: 2010-06-30, points: 2}, {until: 2025-06-30, points: 1}]}", d="date"
    )
    data = f"agency,name,value\nA,1.1.d,{text}\n".encode()
    if taken:
        assert read_facts(data, criteria_set)["A"]
    else:
        with pytest.raises(RefusedFacts) as error:
            read_facts(data, criteria_set)
        assert [(one.code, one.values["least"]) for one in error.value.refusals] == [("date_far", 2010)]


@pytest.mark.parametrize("length", [200, 201, 5000])
def test_a_value_longer_than_any_is_told_by_its_beginning(criteria_set: CriteriaSet, length: int) -> None:
    with pytest.raises(RefusedValue) as error:
        parse_value(criteria_set, "dossiers", "x" * length)
    if length == 200:
        assert error.value.code == "not_count"
    else:
        assert error.value.code == "value_too_long"
        assert error.value.values == {"found": "x" * 40 + "…", "expected": 200}
