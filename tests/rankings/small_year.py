"""A small provincial year: twelve agencies, six leaves, two surveys with errors."""

from __future__ import annotations

from datetime import date
from typing import Any

from parindex import scoring
from parindex.rankings import methods
from parindex.rankings.digits import double, estimate_decimal
from parindex.rankings.imported import criteria_document
from parindex.rankings.model import AgencyDocument, EstimateDocument, SurveyDocument, YearSources

SET = """
set: minh-hoa
version: "2025.1"
title: {vi: "Bộ tiêu chí minh họa"}
status: illustrative
tier: province
years: [2025]
classes: [{name: A, from: 80}, {name: B, from: 70}, {name: C, from: 60}]
attributes: {has_ports: {type: boolean, label: {vi: "Có cảng biển"}}}
inputs: {dossiers: {type: count}}
areas:
  - code: "1"
    title: {vi: "Chỉ đạo, điều hành"}
    criteria:
      - {code: "1.1", title: {vi: "Kế hoạch"}, max: 10, inputs: {issued: {type: boolean}}, rule: {yes_no: issued}}
      - {code: "1.2", title: {vi: "Đúng hạn"}, max: 30, inputs: {on_time: {type: count}},
         rule: {ratio: [on_time, dossiers], when_zero: full}}
      - {code: "1.3", title: {vi: "Sáng kiến"}, max: 20, rule: {judged: true}}
      - {code: "1.4", title: {vi: "Cảng"}, max: 5, needs: has_ports, inputs: {ports: {type: count}},
         rule: {each: ports, points: 1}}
  - code: "2"
    title: {vi: "Tác động"}
    criteria:
      - {code: "2.1", title: {vi: "Hài lòng"}, max: 25, rule: {survey: {instrument: sipas, measure: index}, as: share}}
      - {code: "2.2", title: {vi: "Lãnh đạo"}, max: 15, rule: {survey: {instrument: leaders, measure: index}, as: AS}}
adjustments:
  bonus: {cap: 2, items: [{code: B1, title: {vi: "Giải thưởng"}, max: 2, inputs: {prizes: {type: count}},
    rule: {each: prizes, points: 0.5}}]}
"""

SHARE = "share"
STEPS = "bands, steps: [{from: 0.8, points: 15}, {from: 0.6, points: 10}]"


def criteria_set(leaders: str = SHARE) -> scoring.CriteriaSet:
    return scoring.load_bytes(SET.replace("as: AS", f"as: {leaders}").encode(), "minh-hoa/2025.1.yaml")


def agency(number: int, **facts: str) -> AgencyDocument:
    return AgencyDocument(
        code=f"T{number:02}",
        name_vi=f"Tỉnh Số {number}",
        name_en=None,
        order=number,
        region="Bắc" if number % 2 else "Nam",
        ranked=True,
        submitted=bool(facts),
        facts=facts,
    )


def estimate(code: str, name: str, value: float, se: float, **other: Any) -> EstimateDocument:
    given: dict[str, Any] = {
        "state": "estimated", "value": double(value), "decimal": estimate_decimal(value), "se": double(se),
        "df": "40", "n": 300, **other,
    }  # fmt: skip
    return EstimateDocument(agency=code, name=name, **given)


def given(agencies: int = 12, leaders: str = SHARE, se: float = 0.01, **other: Any) -> YearSources:
    """Agency 11 hands in nothing; agency 12 leaves one fact out."""
    law = criteria_set(leaders)
    everyone = []
    for number in range(1, agencies + 1):
        facts = {
            "dossiers": "1000", "1.1.issued": "true" if number % 3 else "false", "1.2.on_time": str(1000 - 13 * number),
            "1.3.judged": str(20 - number), "@has_ports": "true" if number % 2 else "false",
            "1.4.ports": str(number % 5), "B1.prizes": str(number % 4),
        }  # fmt: skip
        if number == 11:
            facts = {"@has_ports": "true"}
        if number == 12:
            del facts["1.3.judged"]
        everyone.append(agency(number, **facts))
    codes = [one.code for one in everyone]
    estimates = [
        one
        for number, code in enumerate(codes, start=1)
        for one in (
            estimate(code, "survey:leaders.index", 0.9 - 0.01 * number, 2 * se),
            estimate(code, "survey:sipas.index", 0.85 - 0.008 * number, se),
        )
    ]
    values: dict[str, Any] = {
        "family": "par-index", "year": 2025, "tier": "province", "marked": "simulated", "level": "0.95", "seed": 1,
        "draws": 2000, "criteria_set": criteria_document(law), "survey_leaves": ("2.1", "2.2"),
        "agencies": tuple(everyone), "surveys": (survey("sipas"), survey("leaders")), "estimates": tuple(estimates),
        "covariances": (), "suppressed": (), "printed": None, "methods": methods.current(),
    }  # fmt: skip
    return YearSources(**{**values, **other})


def survey(code: str) -> SurveyDocument:
    return SurveyDocument(
        instrument=code, version="2025.1", digest="ab" * 32, title="Khảo sát", method={"variance": "taylor"}, held_from=date(2025, 10, 1), held_until=date(2025, 11, 30), minimum=30, n=3600,
        strata=12, psus=144,
    )  # fmt: skip
