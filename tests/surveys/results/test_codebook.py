"""The codebook beside the file of answers: what its words say in two languages."""

from __future__ import annotations

import pytest

from parindex.surveys.questionnaire.instrument import InstrumentText
from parindex.surveys.results import codebook


@pytest.mark.parametrize(
    ("item", "option", "english"),
    [("Why", "Slow", "Why: Slow"), ("Why", None, None), (None, "Slow", None), (None, None, None)],
)
def test_a_ticked_option_has_an_english_name_where_item_and_option_have_one(
    item: str | None, option: str | None, english: str | None
) -> None:
    joined = codebook._joined(InstrumentText(vi="Lý do", en=item), InstrumentText(vi="Chậm", en=option))
    assert (joined.vi, joined.en) == ("Lý do: Chậm", english)
