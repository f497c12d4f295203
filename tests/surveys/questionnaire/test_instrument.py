"""The questionnaire of 2026 as it stands in the source, and files that cannot be taken."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec
import pytest

from parindex.errors import Refused
from parindex.store.database import Database
from parindex.surveys.answers import form_fields
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.questionnaire.instrument import Group, Instrument
from parindex.surveys.questionnaire.strict_yaml import BrokenDocument
from parindex.surveys.rounds import opening
from parindex.text import translator

DIGEST = "4b797718084f165bf1172519d2032654464638d94b01c158e7572dfb27f25c08"


@pytest.fixture(scope="module")
def sipas() -> Instrument:
    return loading.bundled("sipas", "2026")[0]


def test_it_scores_39_items_in_nine_criteria_and_two_areas(sipas: Instrument) -> None:
    scored = [group for group in sipas.groups if group.area]
    assert [(group.code, len(group.items)) for group in scored] == [
        ("I.A", 2), ("I.B", 2), ("I.C", 9), ("I.D", 10), ("II.A", 3), ("II.B", 4), ("II.C", 3), ("II.D", 3), ("II.E", 3),
    ]  # fmt: skip
    assert [area.code for area in sipas.areas] == ["I", "II"]
    assert [item.code for group in scored for item in group.items] == [str(n) for n in range(1, 40)]
    assert sipas.score.share_of == (4, 5)


def test_every_question_of_the_source_is_there(sipas: Instrument) -> None:
    sizes = {group.code: len(group.items) for group in sipas.groups if not group.area}
    assert sizes == {
        "A": 5,
        "B1": 9,
        "B2": 1,
        "B3": 7,
        "B4": 1,
        "B5": 1,
        "B6": 1,
        "B7": 3,
        "B8": 7,
        "B10": 10,
        "other": 1,
        "C": 3,
    }
    assert {name: len(options) for name, options in sipas.scales.items()} == {
        "sex": 2, "ethnic_group": 2, "age": 5, "education": 6, "occupation": 7, "attention": 4, "channels": 7,
        "suitability": 4, "participation": 4, "harassment": 3, "informal_payment": 3, "experience": 2, "satisfaction": 5,
        "need": 4,
    }  # fmt: skip


def test_every_text_has_its_english(sipas: Instrument) -> None:
    texts = [sipas.title, *(area.title for area in sipas.areas)]
    texts += [option.text for options in sipas.scales.values() for option in options]
    for group in sipas.groups:
        texts += [group.title, *([group.ask] if group.ask else []), *(item.text for item in group.items)]
    assert not [text.vi for text in texts if not text.en]


def test_a_response_has_one_element_an_item_and_one_an_option_of_a_multiple_choice(sipas: Instrument) -> None:
    layout = AnswerLayout(sipas)
    assert layout.length == 94
    assert (layout.places["B2"].first, layout.places["B2"].length) == (14, 7)
    assert (layout.places["1"].first, layout.places["39"].first) == (41, 79)


def test_the_published_digest_never_changes(sipas: Instrument) -> None:
    assert loading.digest(sipas) == DIGEST
    assert loading.digest(loading.from_document(loading.canonical(sipas))) == DIGEST


SMALL = """
instrument: thu
version: "1"
title: {vi: "Thử"}
status: illustrative
years: [2026]
score: {share_of: [4, 5]}
forms: {all: {groups: [I.A], minutes: 1}}
scales:
  five:
    - {code: 1, text: {vi: "Một"}}
    - {code: 5, text: {vi: "Năm"}}
areas: [{code: I, title: {vi: "Lĩnh vực"}}]
groups:
  - code: I.A
    area: I
    title: {vi: "Nhóm"}
    items: [{code: "1", text: {vi: "Câu"}, scale: five, dont_know: true}]
"""

BROKEN = [
    ("an unknown key", "status: illustrative", "status: illustrative\nstate: x", "“state” is surplus"),
    ("a repeated key", "years: [2026]", "years: [2026]\nyears: [2027]", "a second time"),
    ("a version that YAML reads as a number", 'version: "1"', "version: 1.10", "without quotes"),
    ("an alias", 'title: {vi: "Thử"}', 'title: &a {vi: "Thử"}', "an anchor"),
    ("a tag", "years: [2026]", "years: !!set [2026]", "an anchor, alias or tag"),
    ("a word that older YAML reads as false", "status: illustrative", "status: no", "without quotes"),
    ("a character that nobody sees", 'vi: "Câu"', 'vi: "C\u200bâu"', "nobody sees, U+200B"),
    ("a character that turns the direction", 'vi: "Nhóm"', 'vi: "\u202eNhóm"', "nobody sees, U+202E"),
    ("an unknown scale", "scale: five", "scale: six", "the scale 'six'"),
    ("an unknown area", "area: I\n", "area: X\n", "the area 'X'"),
    ("a code used twice", '{code: 5, text', '{code: 1, text', "the codes 1, 1"),
    ("two ways to answer", "scale: five,", "scale: five, write: text,", "exactly one way"),
    ("a scored item that is written", "scale: five,", "write: text,", "without a scale in a scored group"),
    ("no way of scoring", "score: {share_of: [4, 5]}", "score: {}", "exactly one way of scoring"),
    ("an item named as a measure", '{code: "1", text: {vi: "Câu"}', '{code: "index", text: {vi: "Câu"}', "the item code 'index'"),
    ("a form that asks an unknown group", "groups: [I.A], minutes", "groups: [I.B], minutes", "the group 'I.B'"),
    ("text instead of a list", "years: [2026]", 'years: "2026"', "text found, a list needed"),
    ("two documents", "instrument: thu", "instrument: thu\n---\na: 1", "document"),
    ("nothing", SMALL, "", "nothing found, “key: value” pairs needed"),
]  # fmt: skip


def test_the_small_file_is_whole() -> None:
    layout = AnswerLayout(loading.load("thu.yaml", SMALL))
    assert layout.plan("all").allowed[0] == {1, 5, -1, -2, -3, -4, -5}


@pytest.mark.parametrize(("what", "old", "new", "told"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_refused_with_its_line(what: str, old: str, new: str, told: str) -> None:
    assert old in SMALL
    with pytest.raises(BrokenDocument) as broken:
        loading.load("thu.yaml", SMALL.replace(old, new, 1))
    in_english, in_vietnamese = (broken.value.text(translator(lang)) for lang in ("en", "vi"))
    assert told in in_english
    assert in_english.startswith("thu.yaml:")
    assert in_vietnamese == str(broken.value) != in_english


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(BrokenDocument) as broken:
        loading.load("thu.yaml", SMALL.replace("area: I\n", "area: X\n").replace("scale: five", "scale: six"))
    assert len(broken.value.faults) == 2


async def test_a_version_is_published_once_and_never_changed(
    db: Database, tenant: UUID, owner: asyncpg.Connection[asyncpg.Record]
) -> None:
    instrument, source = loading.bundled("sipas", "2026")
    async with db.transaction(tenant) as connection:
        first = await opening.publish(connection, instrument, source, actor="system")
        assert await opening.publish(connection, instrument, source, actor="system") == first
    other = loading.load("x", source.replace("minutes: 9", "minutes: 10"))
    with pytest.raises(Refused, match="instrument_differs"):
        async with db.transaction(tenant) as connection:
            await opening.publish(connection, other, source, actor="system")
    for statement in (
        "update instruments set document = ''",
        "delete from instruments",
        "truncate instruments cascade",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(statement)


def test_the_version_of_the_practice_years_asks_what_that_of_2026_asks_and_offers_no_answer_where_there_may_be_none() -> (
    None
):
    printed, practice = loading.bundled("sipas", "2026")[0], loading.bundled("sipas", "2025.1")[0]
    assert "2026" not in practice.title.vi + (practice.title.en or "")
    assert 2025 in practice.years
    assert practice.scales == printed.scales
    assert [form.groups for form in practice.forms.values()] == [form.groups for form in printed.forms.values()]

    def without(group: Group) -> Group:
        items = tuple(msgspec.structs.replace(item, dont_know=False, not_applicable=False) for item in group.items)
        return msgspec.structs.replace(group, items=items)

    assert [without(group) for group in practice.groups] == list(printed.groups)
    scored = [item for group in practice.groups if group.area for item in group.items]
    assert all(item.dont_know for item in scored)
    assert {group.area for group in practice.groups for item in group.items if item.not_applicable} == {"II"}
    assert not any(item.dont_know for group in practice.groups if group.code in ("A", "C") for item in group.items)


@pytest.mark.parametrize(
    ("version", "minutes"), [("2026", {"short": 6, "full": 12, "interview": 15}), ("2025.1", None)]
)
def test_the_time_that_is_told_is_honest_for_the_number_of_questions(
    version: str, minutes: dict[str, int] | None
) -> None:
    layout = AnswerLayout(loading.bundled("sipas", version)[0])
    told = {name: form_fields.minutes_of(layout, form) for name, form in layout.instrument.forms.items()}
    assert told == (minutes or {name: form.minutes for name, form in layout.instrument.forms.items()})
    for name, form in layout.instrument.forms.items():
        questions = sum(len(layout.groups[code].items) for code in form.groups)
        assert told[name] * 60 >= questions * form_fields.SECONDS_A_QUESTION
        assert form_fields.minutes_left(layout, form, 1) == told[name]


def test_dont_know_and_not_applicable_are_taken_where_the_item_offers_them_and_nowhere_else() -> None:
    layout = AnswerLayout(loading.bundled("sipas", "2025.1")[0])
    for code, wanted in (("I.A", {-1}), ("II.A", {-1, -2}), ("A", set[int]())):
        group = layout.groups[code]
        item = group.items[0]
        taken: set[int] = set()
        for value in (-1, -2, -3, -4, -5):
            fields = {form_fields.field_name(item): [str(value)]}
            page = form_fields.read(layout, group, Draft(answers=layout.blank()), fields, leave_out=False)
            if not any(fault.field == form_fields.field_name(item) for fault in page.errors):
                assert page.draft.answers[layout.places[item.code].first] == value
                taken.add(value)
        assert taken == wanted, code
