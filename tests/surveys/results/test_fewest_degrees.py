"""The fewest degrees of freedom of an item are kept with a run where they are fewer, and go into the year."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from parindex.rankings import gathering
from parindex.rankings.model import EstimateDocument
from parindex.statistics import IndexEstimate
from parindex.surveys.model import EstimateRun, SurveyEstimate
from parindex.surveys.results import estimates

HERE, THERE = UUID(int=1), UUID(int=2)


def index(domain: UUID, df: int, least: int, n: int = 90) -> IndexEstimate:
    return IndexEstimate(
        domain=str(domain), name="", value=0.8, se=0.02, ci=(0.7, 0.9), df=df, df_least=least, n=n, n_eff=80.0
    )


def test_a_run_keeps_them_where_they_are_fewer_and_of_nothing_that_is_suppressed() -> None:
    named = {"index": (index(HERE, 9, 2), index(THERE, 9, 9)), "I": (index(HERE, 9, 2, n=3), index(THERE, 9, 4))}
    codes = {HERE: "tinh-a", THERE: "tinh-b"}
    assert estimates._df_least(named, codes, 5) == {"index": {"tinh-a": 2}, "I": {"tinh-b": 4}}


def test_an_estimate_of_a_year_brings_them() -> None:
    run = EstimateRun(
        id=UUID(int=3), survey_round=UUID(int=4), method={"df_least": {"index": {"tinh-a": 2}}}, responses=90,
        computed_at=datetime(2026, 1, 1, tzinfo=UTC), computed_by="system",
    )  # fmt: skip
    for agency, gate in (("tinh-a", 2.0), ("tinh-b", 9.0)):
        one = SurveyEstimate(
            agency=agency, instrument="sipas", measure="index", value=Decimal("0.8"), se=0.02, df=9, n=90, n_eff=80.0,
            suppressed=False, round_id=UUID(int=4),
        )  # fmt: skip
        found = gathering._with_least(gathering._estimate(one, "survey:sipas.index", "estimated"), run, one)
        assert isinstance(found, EstimateDocument)
        assert found.gate == gate
        assert (found.df_least is None) is (agency == "tinh-b")
    assert gathering._with_least(found, EstimateRun(**{**_fields(run), "method": {}}), one) == found


def _fields(run: EstimateRun) -> dict[str, object]:
    return {name: getattr(run, name) for name in run.__struct_fields__}
