"""``parindex criteria check``: an area that nobody appraises is refused, since no year would open with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from parindex.cli import main
from parindex.scoring import load_bytes, without_appraiser
from tests.scoring.sets import HEAD

JUDGED = "{judged: true}"
AREA = """\
  - code: "{code}"
    title: {{vi: "Lĩnh vực"}}{appraiser}
    criteria:
      - {{code: "{code}.1", title: {{vi: "Một"}}, max: 1, rule: {rule}{own}}}
      - {{code: "{code}.2", title: {{vi: "Hai"}}, max: 1, rule: {rule}}}
"""
BODY = "\n    appraiser: home-affairs"


def area(code: str, appraiser: str = "", rule: str = JUDGED, own: str = "") -> str:
    return AREA.format(code=code, appraiser=appraiser, rule=rule, own=own)


def checked(tmp_path: Path, text: str) -> int:
    path = tmp_path / "thu" / "1.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return main(["criteria", "check", str(path), "--lang", "en"])


def test_every_area_without_a_body_is_named_with_its_line_and_its_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + "areas:\n" + area("1") + area("2", BODY) + area("3", own=", appraiser: finance")
    assert checked(tmp_path, text) == 1
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if "appraiser" in line]
    assert [line.partition("1.yaml:")[2].partition(": ")[0] for line in lines] == ["8:11", "19:11"]
    assert "1.1, 1.2" in lines[0]
    assert "3.2" in lines[1]
    assert "3.1" not in lines[1]


@pytest.mark.parametrize(
    "areas",
    [
        area("1", BODY),
        area("1", own=", appraiser: finance").replace('"Hai"}, max: 1,', '"Hai"}, max: 1, appraiser: x,'),
        area("1", BODY) + area("2", rule="{external: {index: dti}, as: share}"),
        area("1", rule="{survey: {instrument: sipas, measure: index}, as: share}"),
        area("1", rule=JUDGED + ", evidence: none"),
    ],
)
def test_a_set_whose_declared_leaves_all_have_a_body_is_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], areas: str
) -> None:
    assert checked(tmp_path, HEAD + "areas:\n" + areas) == 0
    assert "appraiser" not in capsys.readouterr().err


def test_one_leaf_that_asks_for_evidence_makes_the_whole_set_need_bodies(tmp_path: Path) -> None:
    areas = area("1", rule=JUDGED + ", evidence: none") + area("2", BODY)
    assert checked(tmp_path, HEAD + "areas:\n" + areas) == 1


BONUS = """\
adjustments:
  bonus:
    cap: 2
    items:
      - {code: "B1", title: {vi: "Thưởng"}, max: 1, rule: {judged: true}}
"""
SURVEYED = "{survey: {instrument: sipas, measure: index}, as: share}"


def test_a_bonus_is_appraised_by_the_first_body_or_by_its_own() -> None:
    def missing(text: str) -> dict[str, tuple[str, ...]]:
        return without_appraiser(load_bytes((HEAD + "areas:\n" + text).encode(), "thu.yaml"))

    assert missing(area("1", BODY) + BONUS) == {}
    assert missing(area("1", rule=SURVEYED) + BONUS) == {"B1": ("B1",)}
    assert missing(area("1", rule=SURVEYED) + BONUS.replace("max: 1,", "max: 1, appraiser: finance,")) == {}


def test_a_set_without_bodies_still_scores_and_keeps_its_digest() -> None:
    alone = load_bytes((HEAD + "areas:\n" + area("1")).encode(), "thu.yaml")
    assert without_appraiser(alone) == {"1": ("1.1", "1.2")}


def test_options_and_titles_that_look_alike_are_noted_and_the_set_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = 'attributes:\n  size: {type: choice, options: [a, "\N{CYRILLIC SMALL LETTER A}"], label: {vi: "Quy mô"}}\n'
    titles = area("1", BODY).replace("Hai", "M\N{GREEK SMALL LETTER OMICRON}\N{COMBINING CIRCUMFLEX ACCENT}\u0323t")
    assert checked(tmp_path, HEAD + size + "areas:\n" + titles) == 0
    err = capsys.readouterr().err
    assert "U+0430" in err
    assert "1.2" in err
    assert "U+03BF" in err
