"""The loader's strictness: every defect at once, each with its line and column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from parindex.scoring import BrokenSet, check_bytes, counts, load_bytes
from tests.scoring.sets import HEAD, LEAF, leaf_set, set_of

ONE = """\
areas:
  - code: "1"
    title: {vi: a}
    criteria:
"""


def defects(body: str, head: str = HEAD) -> list[tuple[str, int]]:
    """Codes of what is wrong, with the line below the heading."""
    checked = check_bytes((head + body).encode(), "thu.yaml")
    lines = head.count("\n")
    return [(one.code, one.line - lines) for one in checked.defects]


def codes(body: str, head: str = HEAD) -> list[str]:
    return [code for code, _ in defects(body, head)]


def of_rule(rule: str, maximum: str = "2", inputs: str = "n: {type: count}, b: {type: boolean}") -> list[str]:
    """What is wrong with a rule; inputs that it does not use are not counted."""
    return [code for code in codes(LEAF.format(rule=rule, maximum=maximum, inputs=inputs)) if code != "unused_input"]


def test_the_place_of_a_defect_is_its_line_and_column() -> None:
    checked = check_bytes((HEAD + LEAF.format(rule="{yes_no: isued}", maximum="2", inputs="")).encode(), "thu.yaml")
    (defect,) = checked.defects
    assert (defect.file, defect.line, defect.column, defect.code) == ("thu.yaml", 15, 24, "undeclared_input")
    assert checked.criteria_set is None


def test_all_defects_come_at_once_in_the_order_of_the_file() -> None:
    body = (
        ONE
        + """\
      - code: 1.10
        title: {en: b}
        max: 0.1234567890123
        colour: red
        inputs: {x: {type: boolean}, y: {type: counts}}
        rule: {yes_no: x}
      - code: "1.2"
        title: {vi: b}
        max: 2
        inputs: {n: {type: count}}
        rule: {bands: n, steps: [{from: 1, points: 1}, {from: 2, points: 3}]}
inputs: {unused: {type: count}}
"""
    )
    assert defects(body) == [
        ("quote_it", 5),
        ("missing_key", 6),
        ("too_many_places", 7),
        ("unknown_key", 8),
        ("unused_input", 9),
        ("not_one_of", 9),
        ("step_disordered", 15),
        ("step_over_max", 15),
        ("unused_input", 16),
    ]


@pytest.mark.parametrize("code", ["1.10", "1", "1e5", "0x1F", "true", "null"])
def test_a_code_that_looks_like_something_else_must_be_quoted(code: str) -> None:
    body = ONE + f"      - {{code: {code}, title: {{vi: a}}, max: 1, rule: {{judged: true}}}}\n"
    assert codes(body) == (["wrong_type"] if code == "null" else ["quote_it"])


@pytest.mark.parametrize("code", ['"1.10"', '"1"', "1.1.1", "B1", '"A.B.3"'])
def test_codes_that_are_text_are_taken_as_they_are_written(code: str) -> None:
    assert codes(f'areas: [{{code: "9", title: {{vi: a}}, criteria: '
                 f"[{{code: {code}, title: {{vi: a}}, max: 1, rule: {{judged: true}}}}]}}]\n") == []  # fmt: skip


@pytest.mark.parametrize("code", ['"1."', '"a"', '"1 1"', '"1,1"', '"Đ"', '""'])
def test_codes_of_other_letters_are_refused(code: str) -> None:
    found = codes(ONE + f"      - {{code: {code}, title: {{vi: a}}, max: 1, rule: {{judged: true}}}}\n")
    assert found == (["empty_text"] if code == '""' else ["bad_form"])


def test_a_version_must_be_quoted() -> None:
    head = HEAD.replace('version: "1"', "version: 2025.1")
    assert codes(LEAF.format(rule="{judged: true}", maximum="1", inputs=""), head) == ["quote_it"]


def test_numbers_come_from_their_text() -> None:
    criteria_set = leaf_set("{judged: true}", "0.100000000001")
    assert criteria_set.max == Decimal("0.100000000001")
    assert leaf_set("{judged: true}", "2.50").max == Decimal("2.5")


@pytest.mark.parametrize(
    ("maximum", "code"),
    [
        ("0", "out_of_range"),
        ("-1", "out_of_range"),
        ("'2'", "quoted_number"),
        ("2,5", "quoted_number"),
        ("1e400", "number_too_long"),
        ("1e-13", "too_many_places"),
        (".nan", "wrong_type"),
        (".inf", "wrong_type"),
        ("1_000", "wrong_type"),
        ("1:30", "wrong_type"),
        ("two", "wrong_type"),
        ("9" * 100, "number_too_long"),
    ],
)
def test_a_maximum_is_a_positive_number(maximum: str, code: str) -> None:
    body = ONE + '      - {code: "1.1", title: {vi: a}, max: "M", rule: {judged: true}}\n'.replace('"M"', maximum)
    if maximum == "2,5":
        body = ONE + '      - code: "1.1"\n        title: {vi: a}\n        max: 2,5\n        rule: {judged: true}\n'
    assert codes(body)[:1] == [code]


def test_yaml_words_of_other_versions_are_text() -> None:
    criteria_set = set_of(LEAF.format(rule="{judged: true}", maximum="1", inputs="").replace('"Tiêu chí"', "no"))
    assert criteria_set.areas[0].criteria[0].title.vi == "no"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("a: &x 1\nb: *x\n", "alias"),
        ("a: &x 1\n", "anchor"),
        ("a: !!str 1\n", "tag"),
        ("a: !x {}\n", "tag"),
        ("title: {vi: again}\n", "repeated_key"),
        ("? [a]\n: 1\n", "complex_key"),
        ("--- \na: 1\n", "several_documents"),
        ("a: [1\n", "yaml_syntax"),
        ("a:\n\t- 1\n", "yaml_syntax"),
        ("a: \x01\n", "control_character"),
        ("extends: framework\n", "wrong_type"),
    ],
)
def test_what_yaml_may_not_do_here(body: str, code: str) -> None:
    assert code in codes(body)


def test_billion_laughs_are_refused_before_anything_is_built() -> None:
    laughs = "a: &a [x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(9)
    )
    assert "alias" in codes(laughs, "")


def test_a_law_is_read_to_its_end_where_its_number_is_broken() -> None:
    assert sorted(codes("legal_basis: [{number: 892, date: 2024-13-05, issuer: 1}]\nareas: []\n")) == [
        "bad_date",
        "empty_list",
        "quote_it",
        "quote_it",
    ]


def test_a_choice_without_options_is_complained_of_once() -> None:
    assert of_rule("{choice: n, points: {good: 2}}", inputs="n: {type: choice}") == ["missing_key"]


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2060", "\ufeff", "\u00ad", "\\u200b"])
@pytest.mark.parametrize("place", ["title: {vi: 'Lập", "title: {vi: 'x', en: 'Plan"])
def test_a_character_that_nobody_sees_is_found_where_it_stands(hidden: str, place: str) -> None:
    body = f"{ONE}      - code: '1.1'\n        {place}{hidden} kế hoạch'}}\n        max: 1\n        rule: {{judged: true}}\n"
    body = body.replace("'", '"')
    (defect,) = check_bytes((HEAD + body).encode(), "thu.yaml").defects
    point = "U+200B" if len(hidden) > 1 else f"U+{ord(hidden):04X}"
    assert (defect.code, defect.line, defect.values["found"]) == ("invisible_character", HEAD.count("\n") + 6, point)
    assert check_bytes((HEAD + body.replace(hidden, "")).encode(), "thu.yaml").defects == ()


def test_a_control_character_is_found_where_it_stands() -> None:
    (defect,) = check_bytes("a: 1\r\nấp: 'x\x07'\n".encode(), "thu.yaml").defects
    assert (defect.line, defect.column, defect.code) == (2, 7, "control_character")


@pytest.mark.parametrize(
    "rule",
    [
        "{bands: n, steps: [{from: 1, points: 3}]}",
        "{bands: n, steps: [{from: 1, points: -1}]}",
        "{checklist: {}}",
    ],
)
def test_the_top_step_of_a_broken_rule_is_not_doubted(rule: str) -> None:
    checked = check_bytes(
        (HEAD + LEAF.format(rule=rule, maximum="2", inputs="n: {type: count, label: {vi: n}}")).encode(), ""
    )
    assert checked.defects
    assert "top_under_max" not in [one.code for one in checked.warnings]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"# nothing\n", "empty_file"),
        (b"\xff\xfe", "not_utf8"),
        (b"a: 1\nb: \xc3\x28\n", "not_utf8"),
        (b"x" * 5_000_001, "too_large"),
        (b"[" * 100_000, "too_nested"),
        (b"- " * 100_000, "too_nested"),
        (b"{a: " * 50_000, "too_nested"),
        (b"just text", "wrong_type"),
        (b"- a list", "wrong_type"),
        (b"\x00", "control_character"),
    ],
)
def test_what_is_no_set_at_all_is_one_clear_defect(data: bytes, code: str) -> None:
    checked = check_bytes(data, "x.yaml")
    assert [one.code for one in checked.defects] == [code]
    assert all(one.line >= 1 and one.column >= 1 for one in checked.defects)


def test_the_place_of_a_byte_that_is_not_utf8() -> None:
    (defect,) = check_bytes("a: 1\nbữ: ".encode() + b"\xff\n", "x.yaml").defects
    assert (defect.line, defect.column) == (2, 5)


def test_a_byte_order_mark_is_read_over() -> None:
    data = b"\xef\xbb\xbf" + (HEAD + LEAF.format(rule="{judged: true}", maximum="1", inputs="")).encode()
    assert load_bytes(data, "x.yaml").family == "thu"


def nested(levels: int) -> str:
    """One criterion in another, `levels` deep with the area."""
    lines = ["areas:"]
    for level in range(levels):
        indent = "    " * level
        lines += [f'{indent}  - code: "L{level}"', f"{indent}    title: {{vi: a}}"]
        lines.append(
            f"{indent}    criteria:"
            if level < levels - 1
            else f"{indent}    max: 1\n{indent}    rule: {{judged: true}}"
        )
    return "\n".join(lines) + "\n"


def test_twelve_levels_are_read_and_thirteen_are_not() -> None:
    assert counts(set_of(nested(12))).parts == 10
    assert codes(nested(13)) == ["too_deep"]


def test_levels_are_counted_as_officials_do() -> None:
    size = counts(set_of(nested(3)))
    assert (size.areas, size.criteria, size.parts, size.leaves) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("status: illustrative", "status: draft"), ["not_one_of"]),
        (("years: [2025]", "years: []"), ["empty_list"]),
        (("years: [2025]", "years: [2025, 2025]"), ["repeated_item"]),
        (("years: [2025]", 'years: ["2025"]'), ["quoted_number"]),
        (("tier: department\n", ""), ["missing_key"]),
        (("tier: department", "tier: department\nties: fair"), ["not_one_of"]),
        (("tier: department", "tier: department\nprint_places: 13"), ["out_of_range"]),
        (
            ("tier: department", "tier: department\nclasses: [{name: A, from: 80}, {name: B, from: 90}]"),
            ["step_disordered"],
        ),
        (("tier: department", "tier: department\nlegal_basis: [{number: 1/QD, date: 2025-13-01}]"), ["bad_date"]),
        (("tier: department", "tier: department\nlegal_basis: [{number: 1/QD, date: 1899-12-31}]"), ["year_outside"]),
        (("tier: department", "tier: department\nlegal_basis: [{number: 1/QD, date: 1900-01-01}]"), []),
        (("tier: department", "tier: department\nlegal_basis: [{number: 1/QD, date: 2100-12-31}]"), []),
        (("tier: department", "tier: department\nlegal_basis: [{number: 1/QD, date: 2101-01-01}]"), ["year_outside"]),
    ],
)
def test_the_heading_is_checked(change: tuple[str, str], expected: list[str]) -> None:
    body = LEAF.format(rule="{judged: true}", maximum="1", inputs="")
    assert codes(body, HEAD.replace(*change)) == expected


def test_a_written_maximum_has_to_be_the_sum_of_the_parts() -> None:
    body = LEAF.format(rule="{judged: true}", maximum="1", inputs="").replace(
        "    criteria:", "    max: 2\n    criteria:"
    )
    assert defects(body) == [("max_differs", 4)]
    assert codes(body.replace("max: 2", "max: 1.0")) == []


def test_a_criterion_has_a_rule_or_parts() -> None:
    for tail in ("}", ", rule: {judged: true}, criteria: []}"):
        assert codes(ONE + f'      - {{code: "1.1", title: {{vi: a}}, max: 1{tail}\n') == ["rule_or_criteria"]


def test_codes_are_unique_in_the_whole_set() -> None:
    leaf = "title: {vi: a}, max: 1, rule: {judged: true}}\n"
    body = (
        ONE
        + f'      - {{code: "1", {leaf}'
        + "adjustments: {bonus: {cap: 1, items: [{code: '1', "
        + leaf.strip()
        + "]}}\n"
    )
    assert codes(body) == ["repeated_code", "repeated_code"]


def test_an_item_of_bonus_is_a_leaf_and_has_a_cap() -> None:
    body = LEAF.format(rule="{judged: true}", maximum="1", inputs="")
    item = "{code: B1, title: {vi: a}, criteria: [{code: B11, title: {vi: a}, max: 1, rule: {judged: true}}]}"
    assert codes(body + f"adjustments: {{bonus: {{cap: 1, items: [{item}]}}}}\n") == ["item_not_leaf"]
    assert codes(body + "adjustments: {penalty: {items: []}}\n") == ["missing_key", "empty_list"]


def test_attributes_that_are_needed_are_declared_and_boolean() -> None:
    body = LEAF.format(rule="{judged: true}", maximum="1", inputs="").replace(
        "        max", "        needs: sea\n        max"
    )
    assert codes(body) == ["undeclared_attribute"]
    assert codes("attributes: {sea: {type: count}}\n" + body) == ["input_type"]
    assert codes("attributes: {sea: {type: boolean}}\n" + body) == []


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("n: {type: count}, max: {type: count}", ["reserved_name"]),
        ("n: {type: count}, decided: {type: count}", ["reserved_name"]),
        ("n: {type: count}, Big: {type: count}", ["bad_form"]),
        ("n: {type: number}", ["not_one_of"]),
        ("n: {type: count, most: 5}", ["key_of_other_type"]),
        ("n: {type: text}", ["not_one_of"]),
        ("n: {}", ["missing_key"]),
    ],
)
def test_inputs_are_checked(inputs: str, expected: list[str]) -> None:
    assert of_rule("{each: n, points: 1}", inputs=inputs) == expected


def test_an_input_may_not_hide_a_shared_one() -> None:
    body = "inputs: {n: {type: count}}\n" + LEAF.format(
        rule="{each: n, points: 1}", maximum="1", inputs="n: {type: count}"
    )
    assert codes(body) == ["shadowed_input"]


def test_a_shared_input_that_only_a_broken_rule_mentions_is_not_called_unused() -> None:
    body = "inputs: {n: {type: count}}\n" + LEAF.format(rule="{ech: n, points: 1}", maximum="1", inputs="")
    assert codes(body) == ["unknown_rule"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{yesno: b}", ["unknown_rule"]),
        ("{}", ["unknown_rule"]),
        ("judged", ["wrong_type"]),
        ("{judged: false}", ["wrong_type"]),
        ("{yes_no: b, judged: true}", ["several_rules"]),
        ("{yes_no: n}", ["input_type"]),
        ("{yes_no: b, points: 1}", ["unknown_key"]),
        ("{each: n}", ["missing_key"]),
        ("{each: n, points: 0}", ["out_of_range"]),
        ("{each: b, points: 1}", ["input_type"]),
        ("{checklist: {}}", ["empty_list"]),
        ("{checklist: {n: 1}}", ["input_type"]),
        ("{ratio: [n], when_zero: zero}", ["not_a_pair"]),
        ("{ratio: n, when_zero: zero}", ["wrong_type"]),
        ("{ratio: [n, n]}", ["when_zero_missing"]),
        ("{ratio: [n, n], target: 0, when_zero: zero}", ["out_of_range"]),
        ("{ratio: [n, n], when_zero: none}", ["not_one_of"]),
        ("{bands: n, steps: []}", ["empty_list"]),
        ("{bands: n, steps: 5}", ["wrong_type"]),
        ("{bands: n, steps: [{from: 2, points: 2}], when_zero: zero}", ["when_zero_needless"]),
        ("{bands: n, steps: [{from: 2, points: 2}, {from: 2, points: 1}]}", ["step_disordered"]),
        ("{bands: n, steps: [{to: 2, points: 2}, {to: 1, points: 1}]}", ["step_disordered"]),
        ("{bands: n, steps: [{to: 2, points: 2}, {from: 1, points: 1}]}", ["mixed_steps"]),
        ("{bands: n, steps: [{to: -1, points: 2}]}", ["step_unreachable"]),
        ("{bands: n, steps: [{from: 0, points: 2}, {from: -1, points: 1}]}", ["step_unreachable"]),
        ("{bands: n, steps: [{from: 2, points: 2.1}]}", ["step_over_max"]),
        ("{bands: n, steps: [{from: 2, points: -1}]}", ["out_of_range"]),
        ("{linear: n, from: {at: 1, points: 0}, to: {at: 1, points: 2}}", ["flat_line"]),
        ("{linear: n, from: {at: 1, points: 0}, to: {at: 2, points: 3}}", ["step_over_max"]),
        ("{linear: n, from: {at: 1, points: 0}}", ["missing_key"]),
        ("{formula: []}", ["empty_list"]),
        ('{formula: [{when: "n > 1", points: "1"}]}', ["last_branch_when"]),
        ('{formula: [{points: "1"}, {points: "2"}]}', ["branch_unreachable"]),
        ('{formula: [{points: "n + "}]}', ["formula_unexpected"]),
        ('{formula: [{points: "n ** 2"}]}', ["formula_unexpected"]),
        ('{formula: [{points: "__import__(1)"}]}', ["formula_name"]),
        ('{formula: [{points: "b"}]}', ["formula_sort"]),
        ('{formula: [{points: "3"}]}', ["step_over_max"]),
        ('{formula: [{points: "max + 0.1"}]}', ["step_over_max"]),
        ('{formula: [{points: "1 / (2 - 2)"}]}', ["formula_divides_by_zero"]),
        ('{formula: [{when: "true", points: "1"}, {points: "2"}]}', ["condition_decided"]),
        ('{formula: [{when: "max < 1", points: "1"}, {points: "2"}]}', ["condition_decided"]),
        ("{survey: {instrument: s, measure: m}}", ["missing_key"]),
        ("{survey: {instrument: s, measure: not_held}, as: share}", ["reserved_name"]),
        ("{survey: {instrument: s, measure: m}, as: bands, steps: [{from: 80, points: 2}]}", ["step_unreachable"]),
        ("{survey: {instrument: s, measure: m}, as: bands, steps: [{from: 1, points: 2}]}", []),
        ("{survey: {instrument: s, measure: m}, as: bands, steps: [{from: 1.01, points: 2}]}", ["step_unreachable"]),
        ("{survey: {instrument: s, measure: m}, as: share, shares: {A: 1}}", ["unknown_key"]),
        ("{survey: {instrument: s, measure: m}, as: options}", ["missing_key"]),
        ("{survey: {instrument: s, measure: m}, as: options, shares: {A: 2}}", ["out_of_range"]),
        ("{external: {index: d}, as: options}", ["not_one_of"]),
    ],
)
def test_rules_are_checked(rule: str, expected: list[str]) -> None:
    assert of_rule(rule) == expected


@pytest.mark.parametrize(
    ("steps", "found", "bound"),
    [("[{to: -1, points: 2}]", "-1", "0"), ("[{from: 101, points: 2}]", "101", "100")],
)
def test_a_step_out_of_reach_is_told_with_the_bound_that_it_lies_beyond(steps: str, found: str, bound: str) -> None:
    body = LEAF.format(rule=f"{{bands: p, steps: {steps}}}", maximum="2", inputs="p: {type: percent}")
    (defect,) = check_bytes((HEAD + body).encode(), "thu.yaml").defects
    assert defect.code == "step_unreachable"
    assert (str(defect.values["found"]), str(defect.values["expected"])) == (found, bound)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{choice: c, points: {x: 1}}", ["option_missing"]),
        ("{choice: c, points: 5}", ["wrong_type"]),
        ("{choice: c, points: {x: 1, y: 1, z: 1}}", ["unknown_option"]),
        ("{choice: c}", ["points_or_shares"]),
        ("{choice: c, points: {x: 1, y: 3}}", ["step_over_max"]),
        ("{choice: c, shares: {x: 1, y: 1.1}}", ["out_of_range"]),
        ("{choice: c, shares: {x: 1, y: na}}", ["wrong_type"]),
        ("{by: c, steps: [{until: 2025-01-31, points: 1}]}", ["input_type"]),
        ("{by: d, steps: [{until: 2025-01-31, points: 2}, {until: 2025-01-31, points: 1}]}", ["step_disordered"]),
        ("{by: d, steps: [{until: 31/01/2025, points: 2}]}", ["bad_date"]),
        ("{by: d, steps: [{until: soon, points: 2}, {until: 31/01/2025, points: 1}]}", ["bad_date", "bad_date"]),
        ('{formula: [{points: "if(c, 1, 0)"}]}', ["formula_input_type"]),
    ],
)
def test_choices_and_dates_are_checked(rule: str, expected: list[str]) -> None:
    assert of_rule(rule, inputs="c: {type: choice, options: [x, y]}, d: {type: date}") == expected


def warnings(rule: str, inputs: str) -> list[str]:
    checked = check_bytes((HEAD + LEAF.format(rule=rule, maximum="2", inputs=inputs)).encode(), "thu.yaml")
    assert not checked.defects
    return [one.code for one in checked.warnings]


def test_what_is_doubtful_is_a_warning() -> None:
    label = ", label: {vi: a}"
    count, percent = f"n: {{type: count{label}}}", f"n: {{type: percent{label}}}"
    assert warnings("{bands: n, steps: [{from: 2, points: 1.5}]}", count) == ["top_under_max"]
    assert warnings("{bands: n, steps: [{from: 0.7, points: 2}]}", percent) == ["percent_as_share"]
    assert warnings("{each: n, points: 1}", "n: {type: count}") == ["no_label"]
    options = "{survey: {instrument: s, measure: m}, as: options, shares: {A: %s, B: 0.5}}"
    assert warnings(options % "0.9", "") == ["top_under_max"]
    assert warnings(options % "1", "") == []


def test_texts_without_english_are_counted() -> None:
    body = (HEAD + LEAF.format(rule="{judged: true}", maximum="2", inputs="")).encode()
    assert check_bytes(body, "thu.yaml").untranslated == 3


def test_a_broken_set_says_everything_in_one_error() -> None:
    with pytest.raises(BrokenSet) as broken:
        load_bytes(b"set: 1\n", "x.yaml")
    assert len(broken.value.defects) == 7
    assert "x.yaml:1:1" in str(broken.value)


def test_every_shipped_set_is_whole_and_lives_where_it_says() -> None:
    folder = Path(__file__).parents[3] / "criteria"
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.endswith((".cases.yaml", ".crosswalk.yaml")):
            continue
        checked = check_bytes(path.read_bytes(), str(path))
        assert checked.criteria_set is not None, checked.defects
        assert checked.warnings == ()
        assert checked.untranslated == 0
        assert path.parts[-2:] == (checked.criteria_set.family, f"{checked.criteria_set.version}.yaml")


@pytest.mark.parametrize(
    ("declared", "at", "expected"),
    [
        ("{type: percent}", "100", []),
        ("{type: percent}", "100.5", ["step_unreachable"]),
        ("{type: percent, most: 200}", "200", []),
        ("{type: percent, most: 200}", "200.5", ["step_unreachable"]),
    ],
)
def test_a_step_lies_within_what_a_percent_can_be(declared: str, at: str, expected: list[str]) -> None:
    rule = f"{{bands: p, steps: [{{from: {at}, points: 1}}]}}"
    assert codes(LEAF.format(rule=rule, maximum="1", inputs=f"p: {declared}")) == expected


def test_the_step_before_is_named_where_a_date_is_out_of_order() -> None:
    steps = ", ".join(f"{{until: 2025-0{month}-01, points: {points}}}" for month, points in ((2, 2), (4, 1), (3, 0)))
    body = LEAF.format(rule=f"{{by: d, steps: [{steps}]}}", maximum="2", inputs="d: {type: date}")
    (defect,) = check_bytes((HEAD + body).encode(), "thu.yaml").defects
    assert (defect.code, str(defect.values["found"]), str(defect.values["expected"])) == (
        "step_disordered",
        "2025-03-01",
        "2025-04-01",
    )


def test_a_step_without_a_threshold_is_asked_for_the_least_value() -> None:
    body = LEAF.format(rule="{bands: n, steps: [{points: 2}]}", maximum="2", inputs="n: {type: count}")
    (defect,) = check_bytes((HEAD + body).encode(), "thu.yaml").defects
    assert (defect.code, defect.values["expected"]) == ("missing_key", "from")


@pytest.mark.parametrize(
    ("maximum", "warned"), [("010", True), ("0010", True), ("10", False), ("0", False), ("0.5", False), ("0o10", False)]
)
def test_a_number_that_begins_with_a_nought_is_read_as_decimal_and_named(maximum: str, warned: bool) -> None:
    """Readers of YAML 1.1 take 010 as 8."""
    body = (HEAD + LEAF.format(rule="{judged: true}", maximum=maximum, inputs="")).encode()
    checked = check_bytes(body, "thu.yaml")
    assert [one.code for one in checked.warnings] == ["leading_nought"] * warned
    if warned:
        assert checked.criteria_set is not None
        assert checked.criteria_set.max == 10
        assert checked.warnings[0].values == {"found": maximum, "expected": "10"}


@pytest.mark.parametrize(("steps", "order"), [("[{to: 2, points: 2}, {to: 1, points: 1}]", "higher"),
                                              ("[{from: 1, points: 2}, {from: 2, points: 1}]", "lower")])  # fmt: skip
def test_a_step_out_of_order_is_told_which_way_it_has_to_go(steps: str, order: str) -> None:
    body = LEAF.format(rule=f"{{bands: n, steps: {steps}}}", maximum="2", inputs="n: {type: count}")
    (defect,) = check_bytes((HEAD + body).encode(), "thu.yaml").defects
    assert (defect.code, defect.values["order"]) == ("step_disordered", order)
