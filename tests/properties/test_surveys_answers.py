"""What holds for every answer: the form writes what it reads, weights keep totals, receipts survive typing."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.errors import Refused
from parindex.surveys.answers import form_fields, receipts
from parindex.surveys.answers.drafts import Draft
from parindex.surveys.model import SampleUnit, UnitProgress
from parindex.surveys.questionnaire import loading
from parindex.surveys.questionnaire.answer_layout import AnswerLayout
from parindex.surveys.questionnaire.instrument import Item
from parindex.surveys.results.weighting import weigh

LAYOUT = AnswerLayout(loading.bundled("sipas", "2026")[0])
FORM = LAYOUT.form("full")


@st.composite
def choices(draw: st.DrawFn, item: Item) -> list[str]:
    """What a browser may send for an item: nothing, or possible answers."""
    if item.write is not None:
        words = st.text(st.characters(blacklist_categories=["C"]), min_size=1, max_size=40)
        return draw(st.just([]) | words.map(lambda w: [w]))
    codes = [str(option.code) for option in LAYOUT.instrument.scales[item.scale or item.many or ""]]
    if item.many is not None:
        return draw(st.lists(st.sampled_from(codes), unique=True))
    return draw(st.just([]) | st.sampled_from(codes).map(lambda code: [code]))


@st.composite
def a_response(draw: st.DrawFn) -> Draft:
    draft = Draft(answers=LAYOUT.blank())
    for code in FORM.groups:
        group = LAYOUT.groups[code]
        fields = {form_fields.field_name(item): draw(choices(item)) for item in group.items}
        page = form_fields.read(LAYOUT, group, draft, fields, leave_out=True)
        assert not page.errors
        assert not page.missing
        draft = page.draft
    return draft


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(a_response())
def test_whatever_the_pages_take_the_intake_takes(draft: Draft) -> None:
    LAYOUT.plan("full").check(draft.answers, draft.texts)
    assert not form_fields.open_items(LAYOUT, FORM, draft.answers)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(a_response(), st.data())
def test_a_page_sent_again_changes_nothing(draft: Draft, data: st.DataObject) -> None:
    group = LAYOUT.groups[data.draw(st.sampled_from(FORM.groups))]
    fields = {}
    for item in group.items:
        place = LAYOUT.places[item.code]
        part = draft.answers[place.first : place.first + place.length]
        scale = LAYOUT.instrument.scales.get(item.scale or item.many or "", ())
        if item.write is not None:
            given_now = [draft.texts[item.code]] if item.code in draft.texts else []
        elif item.many is not None:
            given_now = [str(option.code) for option, value in zip(scale, part, strict=True) if value == 1]
        else:
            given_now = [str(value) for value in part if value is not None and value > 0]
        fields[form_fields.field_name(item)] = given_now
        fields[form_fields.words_name(item)] = [draft.texts.get(item.code, "")]
    again = form_fields.read(LAYOUT, group, draft, fields, leave_out=True).draft
    assert again.answers == draft.answers
    assert again.texts == draft.texts


@given(st.lists(st.integers(-(10**6), 10**6) | st.none(), min_size=94, max_size=94))
def test_the_fast_check_and_the_naming_check_agree(answers: list[int | None]) -> None:
    plan = LAYOUT.plan("full")
    possible = all(value in allowed for value, allowed in zip(answers, plan.allowed, strict=True))
    texts = {"other": "lời"} if answers[LAYOUT.places["other"].first] == 1 else {}
    if possible:
        plan.check(answers, texts)
    else:
        with pytest.raises(Refused) as refused:
            plan.check(answers, texts)
        assert refused.value.fields


@given(st.binary(min_size=32, max_size=32), st.uuids(), st.sampled_from([" ", "-", " – ", ""]), st.booleans())
def test_a_receipt_survives_how_people_type_it(secret: bytes, sent_as: UUID, between: str, small: bool) -> None:
    code = receipts.receipt_code(secret, sent_as)
    assert len(code) == 12
    typed = between.join(code[i : i + 4] for i in (0, 4, 8))
    assert receipts.plain_code(typed.lower() if small else typed) == code
    assert receipts.plain_code(receipts.spaced(code)) == code
    other = receipts.receipt_code(bytes(32), sent_as)
    assert secret == bytes(32) or other != code


@st.composite
def units(draw: st.DrawFn) -> list[UnitProgress]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        population = draw(st.integers(50, 5000))
        drawn = draw(st.integers(1, 50))
        unit = SampleUnit(
            id=UUID(int=number + 1), agency_id=UUID(int=99), stratum=draw(st.sampled_from("AB")), psu=str(number),
            psu_name="x", ssu="1", ssu_name="y", psu_population=100, psu_drawn=10,
            psu_probability=draw(st.floats(0.01, 1)), ssu_population=10, ssu_drawn=2, population=population, drawn=drawn,
            response_class=draw(st.sampled_from("xyz")),
        )  # fmt: skip
        found.append(UnitProgress(unit=unit, invited=drawn, answered=draw(st.integers(0, drawn))))
    return found


@given(units())
def test_weights_of_a_stratum_with_answers_add_up_to_everybody_drawn_there(sample: list[UnitProgress]) -> None:
    weights = weigh(sample)
    for stratum in "AB":
        mine = [each for each in sample if each.unit.stratum == stratum]
        if any(each.answered for each in mine):
            total = sum(weights.of_unit[each.unit.id] * each.answered for each in mine if each.answered)
            assert total == pytest.approx(sum(each.unit.drawn / each.unit.probability for each in mine))
    assert all(weight > 0 for weight in weights.of_unit.values())
    assert set(weights.of_unit) == {each.unit.id for each in sample if each.answered}


@given(units(), st.randoms(use_true_random=False))
def test_weights_do_not_depend_on_the_order_of_the_units(sample: list[UnitProgress], random: object) -> None:
    mixed = list(sample)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = weigh(sample).of_unit, weigh(mixed).of_unit
    assert first.keys() == second.keys()
    assert all(first[key] == pytest.approx(second[key], rel=1e-12) for key in first)
