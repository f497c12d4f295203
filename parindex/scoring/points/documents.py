"""The document of section 3 of the contracts: what one agency came to, as plain values."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from parindex.scoring.digits import scaled, scaled_text
from parindex.scoring.law.model import CriteriaSet
from parindex.scoring.points.compiled import compiled
from parindex.scoring.points.results import Reason

if TYPE_CHECKING:
    from parindex.scoring.points.scores import AgencyScore

Say = Callable[[CriteriaSet, str, Reason], tuple[str, str]]
"""From a set, the code of a leaf and its reason to a sentence in Vietnamese and in English."""
Reasons = Literal["none", "short", "full"]


def agency_document(one: "AgencyScore", criteria_set: CriteriaSet, reasons: Reasons, say: Say | None) -> dict[str, Any]:
    """One agency as in section 3 of the contracts."""
    places = compiled(criteria_set).places
    nodes = {
        place.code: _node_document(one, place.code, criteria_set, reasons, say) for place in places if place.depth > 1
    }
    adjustments = {place.code: nodes[place.code] for place in places if place.part != "areas"}
    return {
        "agency": one.agency,
        "status": one.status,
        "points": _text(one.points),
        "max": _text(one.max),
        "index": _text(one.index),
        "class": one.class_,
        "rank": one.rank,
        "group_rank": one.group_rank,
        "bonus": _text(one.bonus),
        "penalty": _text(one.penalty),
        "adjustments": adjustments,
        "areas": {area.code: _area_document(one, area.code) for area in criteria_set.areas},
        "criteria": {code: node for code, node in nodes.items() if code not in adjustments},
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else scaled_text(scaled(value))


def _area_document(one: "AgencyScore", code: str) -> dict[str, Any]:
    node = one.node(code)
    return {
        "points": _text(node.points),
        "max": _text(node.max),
        "index": _text(node.index),
        "rank": node.rank,
        "state": node.state,
    }


def _node_document(
    one: "AgencyScore", code: str, criteria_set: CriteriaSet, reasons: Reasons, say: Say | None
) -> dict[str, Any]:
    state, points, maximum = one.state_and_numbers(code)
    node: dict[str, Any] = {
        "points": scaled_text(points) if state == "scored" else None,
        "max": scaled_text(maximum),
        "state": state,
    }
    if flags := one.flags(code):
        node["flags"] = list(flags)
    if reasons != "none":
        is_leaf = code in compiled(criteria_set).leaf
        node["reason"] = reason_document(one.reason(code), criteria_set, code, reasons, say) if is_leaf else None
    return node


def reason_document(
    reason: Reason, criteria_set: CriteriaSet, code: str, reasons: Reasons = "full", say: Say | None = None
) -> dict[str, Any]:
    """A reason as `{rule, facts, step, missing, next, vi, en}`, short without facts, missing and next."""
    vi, en = say(criteria_set, code, reason) if say is not None else (None, None)
    if reasons == "short":
        return {"rule": reason.rule, "step": reason.step, "vi": vi, "en": en}
    step = reason.step
    if reason.decided is not None:
        by_rule = None if reason.by_rule is None else _text(reason.by_rule)
        step = {"decided": _text(reason.decided), "by_rule": by_rule}
    return {
        "rule": reason.rule,
        "facts": dict(reason.facts),
        "step": step,
        "missing": list(reason.missing),
        "next": reason.next,
        "vi": vi,
        "en": en,
    }
