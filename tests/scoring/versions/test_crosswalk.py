"""A crosswalk: complete, true, drafted from a comparison, and shipped where two versions are."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.scoring import CriteriaSet, digest, load
from parindex.scoring.versions.comparison import compare
from parindex.scoring.versions.crosswalk import check_crosswalk, crosswalk_yaml, draft
from parindex.scoring.versions.likeness import obstacles
from parindex.wording import complaints
from tests.scoring.versions.versions_compared import YES, leaf, version

FOLDER = Path(__file__).parents[3] / "criteria"
OLDER = version(
    2025, ("Một", [leaf("1.1", "Kế hoạch"), leaf("1.2", "Báo cáo"), leaf("1.3", "Kiểm tra"), leaf("1.4", "Công khai")])
)
NEWER = version(
    2026,
    ("Một", [leaf("1.1", "Kế hoạch"), leaf("1.2", "Báo cáo quý", "2"), leaf("1.3", "Kiểm tra chéo"), leaf("1.5", "Kiểm tra nội bộ"), leaf("1.6", "Số hóa")]),
)  # fmt: skip
GOOD = ['{same: "1.1"}', '{reworded: "1.2"}', '{split: "1.3", to: ["1.3", "1.5"]}', '{dropped: "1.4"}', '{new: "1.6"}']


def written(entries: list[str], older: CriteriaSet = OLDER, newer: CriteriaSet = NEWER) -> bytes:
    sides = "".join(
        f'{side}: {{set: thu, version: "{one.version}", digest: "{digest(one)}"}}\n'
        for side, one in (("older", older), ("newer", newer))
    )
    return f"crosswalk: thu\nstatus: reviewed\n{sides}entries: [{', '.join(entries)}]\n".encode()


def codes(entries: list[str], older: CriteriaSet = OLDER, newer: CriteriaSet = NEWER) -> list[str]:
    found = check_crosswalk(written(entries, older, newer), "x.yaml", older, newer).defects
    for defect in found:
        for lang in ("vi", "en"):
            assert "–" not in complaints.defect_text(defect, lang)
            assert complaints.defect_text(defect, lang).startswith("x.yaml:")
    return sorted(defect.code for defect in found)


def test_a_whole_crosswalk_is_read() -> None:
    crosswalk = check_crosswalk(written(GOOD), "x.yaml", OLDER, NEWER).crosswalk
    assert crosswalk is not None
    assert crosswalk.pairs() == (("1.1", "1.1", "same"), ("1.2", "1.2", "reworded"))
    assert crosswalk.became()["1.3"] == ("1.3", "1.5")


@pytest.mark.parametrize("number", range(5))
def test_every_leaf_has_to_stand_in_it(number: int) -> None:
    assert set(codes(GOOD[:number] + GOOD[number + 1 :])) == {"crosswalk_missing"}


@pytest.mark.parametrize(
    ("number", "entry", "expected"),
    [
        (3, '{dropped: "1.4"}, {dropped: "1.4"}', ["crosswalk_repeated"]),
        (3, '{merged: ["1.4", "1.4"], to: "1.6"}', ["crosswalk_repeated", "crosswalk_repeated"]),
        (1, '{same: "1.2"}', ["crosswalk_not_same"]),
        (0, '{reworded: "1.1"}', ["crosswalk_nothing_differs"]),
        (3, '{dropped: "1.9"}', ["crosswalk_code", "crosswalk_missing"]),
        (3, '{dropped: "1.4", to: "1.6"}', ["crosswalk_to"]),
        (2, '{split: "1.3", to: "1.3"}', ["crosswalk_missing", "crosswalk_several"]),
        (2, '{split: "1.3"}', ["crosswalk_missing", "crosswalk_missing", "missing_key"]),
        (3, '{droped: "1.4"}', ["crosswalk_kind", "crosswalk_missing", "unknown_key"]),
        (3, '{dropped: "1.4", new: "1.6"}', ["crosswalk_kind", "crosswalk_missing"]),
        (3, "{dropped: 1.4}", ["crosswalk_missing", "quote_it"]),
        (0, '{same: ["1.1"]}', ["crosswalk_missing", "crosswalk_missing", "wrong_type"]),
    ],
)
def test_what_is_not_complete_or_not_true_is_refused(number: int, entry: str, expected: list[str]) -> None:
    assert codes([*GOOD[:number], entry, *GOOD[number + 1 :]]) == expected


def test_all_errors_come_at_once_with_line_and_column() -> None:
    data = written(GOOD).replace(b"1.1", b"1.7").replace(b"2025.1", b"2024.1")
    found = check_crosswalk(data, "x.yaml", OLDER, NEWER).defects
    assert [defect.code for defect in found][:1] == ["crosswalk_other_set"]
    assert len(found) == 5
    assert all(defect.line and defect.column for defect in found)


def test_it_is_bound_to_the_digest_of_both_sets() -> None:
    other = version(2026, ("Một", [leaf("1.1", "Kế hoạch năm")]))
    found = check_crosswalk(written(GOOD), "x.yaml", OLDER, other).defects
    assert "crosswalk_other_set" in {defect.code for defect in found}


def test_dropped_and_new_again_without_a_difference_is_doubted() -> None:
    checked = check_crosswalk(written(['{dropped: "1.1"}, {new: "1.1"}', *GOOD[1:]]), "x.yaml", OLDER, NEWER)
    assert checked.crosswalk is not None
    assert [warning.code for warning in checked.warnings] == ["crosswalk_apart"]


PAIR = "inputs: {{a: {{type: count}}, b: {{type: count}}}}, rule: "
BANDS = PAIR + "{{bands: [a, b], steps: [{{from: 0.8, points: {0}}}, {{from: 0.5, points: {1}}}], when_zero: zero}}"
BY = "inputs: {{d: {{type: date}}}}, rule: {{by: d, steps: [{{until: {0}-01-31, points: 1}}]}}"
FORMULA = PAIR + "{{formula: [{{points: '{0}'}}]}}"


@pytest.mark.parametrize(
    ("old", "new", "comparable"),
    [
        ((BANDS.format(1, "0.5"), "1"), (BANDS.format(2, 1), "2"), True),
        ((BANDS.format(1, "0.5"), "1"), (BANDS.format(2, "0.5"), "2"), False),
        ((BANDS.format(1, "0.5"), "1"), (BANDS.format(1, "0.5").replace("0.8", "0.9"), "1"), False),
        ((BY.format(2025), "1"), (BY.format(2026), "1"), True),
        ((BY.format(2025), "1"), (BY.format(2025), "1"), False),
        ((YES, "1"), (YES, "3"), True),
        ((YES, "1"), (YES.replace("a:", "b:").replace("yes_no: a", "yes_no: b"), "1"), True),
        ((YES, "1"), ("rule: {judged: true}", "1"), False),
        ((FORMULA.format("max * a / (a + b)"), "1"), (FORMULA.format("max * a / (a + b)"), "2"), True),
        ((FORMULA.format("min(max, a + b)"), "1"), (FORMULA.format("min(max, a + b)"), "1"), True),
        ((FORMULA.format("min(max, a + b)"), "1"), (FORMULA.format("min(max, a + b)"), "2"), False),
        ((FORMULA.format("if(a > b, max, 0)"), "1"), (FORMULA.format("if(a > b, max, 0)"), "2"), True),
    ],
)
def test_reworded_means_the_same_rule_in_shares_of_the_maximum(
    old: tuple[str, str], new: tuple[str, str], comparable: bool
) -> None:
    older = version(2025, ("Một", [leaf("1.1", "Kế hoạch", old[1], old[0])]))
    newer = version(2026, ("Một", [leaf("1.1", "Kế hoạch", new[1], new[0])]))
    assert (not obstacles(older, "1.1", newer, "1.1")) is comparable


def parts(code: str, title: str, *leaves: str) -> str:
    return f'{{code: "{code}", title: {{vi: "{title}"}}, criteria: [{", ".join(leaves)}]}}'


WHOLE = version(2025, ("Một", [leaf("1.1", "Kiểm tra", "2"), leaf("1.2", "Báo cáo")]))
APART = version(
    2026,
    ("Một", [parts("1.1", "Kiểm tra", leaf("1.1.1", "Kế hoạch"), leaf("1.1.2", "Kết luận")), leaf("1.2", "Báo cáo")]),
)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        (WHOLE, APART, ("split", ("1.1",), ("1.1.1", "1.1.2"))),
        (APART, WHOLE, ("merged", ("1.1.1", "1.1.2"), ("1.1",))),
    ],
)
def test_a_draft_sees_what_was_split_or_merged(
    older: CriteriaSet, newer: CriteriaSet, expected: tuple[str, ...]
) -> None:
    drafted = draft(compare(older, newer))
    assert [(one.kind, one.older, one.newer) for one in drafted.entries] == [expected, ("same", ("1.2",), ("1.2",))]


@pytest.mark.parametrize(("older", "newer"), [(OLDER, NEWER), (WHOLE, APART), (APART, WHOLE), (OLDER, OLDER)])
def test_a_draft_is_complete_and_true(older: CriteriaSet, newer: CriteriaSet) -> None:
    drafted = draft(compare(older, newer))
    checked = check_crosswalk(crosswalk_yaml(drafted, {}).encode(), "x.yaml", older, newer)
    assert checked.defects == ()
    assert checked.crosswalk == drafted


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.crosswalk.yaml")), ids=lambda path: path.name)
def test_every_shipped_crosswalk_is_reviewed_complete_and_true(path: Path) -> None:
    older, newer = (
        load(path.with_name(f"{name}.yaml")) for name in path.name.removesuffix(".crosswalk.yaml").split("-")
    )
    checked = check_crosswalk(path.read_bytes(), path.name, older, newer)
    assert checked.defects == ()
    assert checked.crosswalk is not None
    assert checked.crosswalk.status == "reviewed"


def test_a_broken_crosswalk_is_none() -> None:
    checked = check_crosswalk(b"entries: []", "x.yaml", OLDER, NEWER)
    assert checked.crosswalk is None
    assert checked.defects
