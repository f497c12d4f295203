"""Random criteria sets of every rule kind, and facts for them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from parindex.scoring import AgencyFacts, CriteriaSet, Expected, from_document
from parindex.scoring.points.compiled import compiled

MAXIMA = ("0.25", "0.5", "1", "1.75", "2", "3.5")
SHARES = ("0", "0.2", "0.25", "0.5", "0.6", "1")
WHEN_ZERO = ("not_applicable", "full", "zero")
FORMULAS: tuple[list[dict[str, str]], ...] = (
    [{"when": "a + b == 0", "points": "max"}, {"points": "max * a / (a + b)"}],
    [{"points": "max * a / (a + b)"}],
    [{"when": "c or a >= 3 * b", "points": "max"}, {"points": "min(max, a * 0.05 + b * 0.01)"}],
    [{"when": "not c and b / a > 1.5", "points": "max / 2"}, {"points": "if(c, max, 0.1)"}],
    [{"when": "a < 4 and (c or b != 7)", "points": "round(max * a / 7, 2)"}, {"points": "max(0, max - 0.05 * b)"}],
    [{"points": "max * (0.3 * a + 0.1 * b - 0.2)"}],
    [{"when": "a == 0 or b / a <= 0.5", "points": "0"}, {"points": "if(a > 5, max * 0.7, max * b / (b + 1))"}],
)


def title(text: str) -> dict[str, str]:
    return {"vi": text}


def counted(*names: str, kind: str = "count") -> dict[str, Any]:
    return {name: {"type": kind, "label": title(name)} for name in names}


def times(share: str, maximum: str) -> str:
    return str(Decimal(share) * Decimal(maximum))


@st.composite
def ladders(draw: st.DrawFn, maximum: str, *, scale: int = 1) -> dict[str, Any]:
    """Steps of bands: from the highest down, or at most and from the lowest up."""
    at_most = draw(st.booleans())
    thresholds = ["0.3", "0.5", "0.7", "0.95"]
    if scale > 1:
        thresholds = [str(Decimal(one) * scale) for one in thresholds]
    chosen = [one for one in thresholds if draw(st.booleans())] or thresholds[:1]
    points = [times(share, maximum) for share in ("1", "0.6", "0.5", "0.25")]
    if at_most:
        return {"steps": [{"to": at, "points": worth} for at, worth in zip(chosen, points, strict=False)]}
    return {"steps": [{"from": at, "points": worth} for at, worth in zip(chosen[::-1], points, strict=False)]}


@st.composite
def lines(draw: st.DrawFn, maximum: str, *, scale: int = 1) -> dict[str, Any]:
    """Two ends, rising or falling."""
    low, high = (str(Decimal(one) * scale) for one in ("0.3", "0.8"))
    ends = [
        {"at": low, "points": times(draw(st.sampled_from(["0", "0.25"])), maximum)},
        {"at": high, "points": maximum},
    ]
    first, second = ends if draw(st.booleans()) else (ends[1], ends[0])
    if draw(st.booleans()):
        first, second = {**first, "points": second["points"]}, {**second, "points": first["points"]}
    return {"from": first, "to": second}


@st.composite
def rules(draw: st.DrawFn, kind: str, maximum: str) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: PLR0911, PLR0912
    """Rule and inputs of a leaf; `dossiers` and `money` are inputs of the set."""
    numbers = draw(st.sampled_from(["count", "decimal", "percent"]))
    pair = draw(st.sampled_from([["a", "b"], ["a", "dossiers"], ["a", "a"]]))
    own = counted(
        *dict.fromkeys(name for name in pair if name != "dossiers"), kind=draw(st.sampled_from(["count", "decimal"]))
    )
    zero = {"when_zero": draw(st.sampled_from(WHEN_ZERO))}
    if draw(st.integers(0, 2)) == 0:
        zero["over"] = draw(st.sampled_from(["refuse", "allow"]))
    if pair[0] != pair[1] and draw(st.integers(0, 5)) == 0:
        own["a"]["part_of"] = pair[1]
    worths = st.sampled_from(SHARES)
    match kind:
        case "yes_no":
            return {"yes_no": "a"}, counted("a", kind="boolean")
        case "choice":
            options = {"x": times(draw(worths), maximum), "y": maximum, "z": "not_applicable", "t": "0"}
            shares = {"x": draw(worths), "y": "1", "z": "0", "t": "not_applicable"}
            asked = {"a": {"type": "choice", "label": title("a"), "options": ["x", "y", "z", "t"]}}
            return {"choice": "a", **({"points": options} if draw(st.booleans()) else {"shares": shares})}, asked
        case "checklist":
            return {"checklist": {"a": times("0.5", maximum), "b": times("0.25", maximum), "c": maximum}}, counted(
                "a", "b", "c", kind="boolean"
            )
        case "each" | "deduct":
            return {kind: "a", "points": draw(st.sampled_from(["0.1", "0.25", "0.3"]))}, counted("a", kind=numbers)
        case "ratio":
            more = {
                "target": draw(st.sampled_from(["1", "0.95", "2"])),
                "floor": draw(st.sampled_from(["0", "0.4", "0.7"])),
            }
            return {"ratio": pair, **more, **zero}, own
        case "bands" | "linear":
            shape = ladders if kind == "bands" else lines
            if draw(st.booleans()):
                return {kind: pair, **draw(shape(maximum)), **zero}, own
            return {kind: "a", **draw(shape(maximum, scale=100 if numbers == "percent" else 10))}, counted(
                "a", kind=numbers
            )
        case "by":
            steps = [
                {"until": "2025-01-31", "points": maximum},
                {"until": "2025-03-31", "points": times("0.5", maximum)},
            ]
            return {"by": "a", "steps": steps}, counted("a", kind="date")
        case "days":
            steps = [{"to": "10", "points": maximum}, {"to": "45", "points": times("0.5", maximum)}]
            return {"days": ["a", "b"], "steps": steps}, counted("a", "b", kind="date")
        case "formula":
            branches = draw(st.sampled_from(FORMULAS))
            used = [
                name
                for name in ("a", "b")
                if any(f"{name} " in f"{t} " or f"{name})" in t for one in branches for t in one.values())
            ]
            text = " ".join(word for one in branches for word in one.values())
            truth = counted("c", kind="boolean") if "(c" in text or "c or" in text or "not c" in text else {}
            return {"formula": branches}, {**counted(*used, kind=draw(st.sampled_from(["count", "decimal"]))), **truth}
        case "survey" | "external":
            reading = draw(
                st.sampled_from(
                    ["share", "bands", "linear", "options"] if kind == "survey" else ["share", "bands", "linear"]
                )
            )
            more = {
                "share": {}, "options": {"shares": {"A": "1", "B": "0.6", "C": "0.2", "D": "0"}},
                "bands": draw(ladders(maximum)), "linear": draw(lines(maximum)),
            }[reading]  # fmt: skip
            measure = draw(st.sampled_from(["index", "trust"])) if reading != "options" else "q1"
            source = (
                {"instrument": draw(st.sampled_from(["sipas", "leaders"])), "measure": measure}
                if kind == "survey"
                else {"index": "dti"}
            )
            return {kind: source, "as": reading, **more}, {}
        case _:
            return {"judged": True}, {}


KINDS = ("yes_no", "choice", "checklist", "each", "deduct", "ratio", "bands", "linear", "by", "days", "formula", "survey", "external", "judged")  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn, code: str, kind: str | None = None) -> dict[str, Any]:
    """A leaf, sometimes only for some agencies."""
    maximum = draw(st.sampled_from(MAXIMA))
    rule, inputs = draw(rules(kind or draw(st.sampled_from(KINDS)), maximum))
    leaf: dict[str, Any] = {"code": code, "title": title(f"Tiêu chí {code}"), "max": maximum, "rule": rule}
    if inputs:
        leaf["inputs"] = inputs
    if draw(st.booleans()):
        leaf["may_be_inapplicable"] = True
    if draw(st.integers(0, 4)) == 0:
        leaf["needs"] = "open"
    return leaf


@st.composite
def documents(draw: st.DrawFn, *, adjustments: bool = True) -> dict[str, Any]:
    """A whole set as the document of its YAML, all inputs of the set used."""
    areas = []
    for area in ("1", "2"):
        criteria: list[dict[str, Any]] = [draw(leaves(f"{area}.{n}")) for n in range(1, draw(st.integers(2, 4)))]
        parts = [draw(leaves(f"{area}.9.{n}")) for n in (1, 2)]
        criteria.append({"code": f"{area}.9", "title": title("Gồm"), "criteria": parts})
        areas.append({"code": area, "title": title(f"Lĩnh vực {area}"), "criteria": criteria})
    shared = {"code": "1.8", "title": title("Chung"), "max": "1", "rule": {"each": "dossiers", "points": "0.05"}}
    areas[0]["criteria"].append(shared)
    document: dict[str, Any] = {
        "set": "ngau-nhien", "version": "1", "title": title("Ngẫu nhiên"), "status": "illustrative", "tier": "department",
        "years": [2025], "no_survey": draw(st.sampled_from(["rescale", "zero", "refuse"])),
        "ties": draw(st.sampled_from(["competition", "dense"])),
        "attributes": {"open": {"type": "boolean", "label": title("Mở")}},
        "inputs": counted("dossiers"), "areas": areas,
    }  # fmt: skip
    if adjustments and draw(st.booleans()):
        document["adjustments"] = {
            part: {"cap": draw(st.sampled_from(["0.5", "2"])), "items": [draw(leaves(f"{letter}{n}")) for n in (1, 2)]}
            for part, letter in (("bonus", "B"), ("penalty", "P"))
        }
        late = {"code": "P9", "title": title("Nộp chậm"), "max": "1", "rule": {"each": "days_late", "points": "0.25"}}
        document["adjustments"]["penalty"]["items"].append(late)
    return document


sets = documents().map(from_document)


def values(one: Expected) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one return a type
    """Values of one fact; some decimals are negative, so that some leaves are refused."""
    match one.type:
        case "boolean":
            return st.booleans()
        case "count":
            return st.one_of(st.integers(0, 12), st.sampled_from([0, 7, 10, 20, 100, 10**6]))
        case "decimal":
            return st.one_of(st.integers(-20, 1000), st.sampled_from([0, 30, 70, 100])).map(lambda n: Decimal(n) / 10)
        case "percent":
            return st.integers(0, 1000).map(lambda n: Decimal(n) / 10)
        case "choice":
            return st.sampled_from(one.options)
        case "date":
            return st.integers(0, 120).map(lambda days: date(2024, 12, 20) + timedelta(days))
        case "share":
            return st.one_of(st.integers(0, 40), st.integers(0, 10)).map(lambda n: Decimal(n) / 40)
        case "points":
            return st.integers(0, int((one.most or 0) * 4)).map(lambda n: Decimal(n) / 4)
        case _:
            return st.sampled_from(["north", "south"])


@st.composite
def facts_for(draw: st.DrawFn, criteria_set: CriteriaSet, *, sparse: bool = True) -> AgencyFacts:
    """Facts of one agency; decisions, waivers and surveys that were not held are rare."""
    own: dict[str, Any] = {}
    for name, one in compiled(criteria_set).expected.items():
        if not one.allowed:
            continue
        rare = name.endswith((".decided", ".not_applicable", ".not_held", "@ranked"))
        chance = draw(st.integers(0, 9))
        if (rare and chance == 0) or (not rare and (chance or not sparse)):
            own[name] = draw(values(one))
    return own


@st.composite
def years(draw: st.DrawFn, *, sparse: bool = True) -> tuple[CriteriaSet, dict[str, AgencyFacts]]:
    """A set and the facts of some agencies."""
    criteria_set = draw(sets)
    count = draw(st.integers(1, 4))
    return criteria_set, {f"A{n}": draw(facts_for(criteria_set, sparse=sparse)) for n in range(count)}
