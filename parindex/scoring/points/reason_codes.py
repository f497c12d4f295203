"""Why a leaf has its points, as code and values: made only when somebody asks."""

from collections.abc import Mapping
from decimal import Decimal

from parindex.scoring.digits import unscaled
from parindex.scoring.facts.values import write_value
from parindex.scoring.points.compiled import Leaf
from parindex.scoring.points.results import Reason
from parindex.scoring.rules.making.next_steps import Case, Next
from parindex.scoring.rules.making.verdicts import LeafFacts, Verdict
from parindex.scoring.rules.rule import kind


def explain(leaf: Leaf, facts: LeafFacts, verdict: Verdict) -> Reason:
    """The reason behind a verdict on a leaf."""
    scored = verdict.state == "scored"
    decided = leaf.decided if leaf.decided in facts and scored and verdict.step == {"decided": True} else None
    used = (*leaf.needs, *leaf.waivers, *leaf.facts, leaf.decided, leaf.not_held or "")
    by_rule = leaf.judge(facts) if decided else None
    return Reason(
        rule=kind(leaf.rule),
        state=verdict.state,
        points=unscaled(verdict.points) if scored else None,
        max=leaf.criterion.max,
        facts={name: write_value(facts[name]) for name in used if name in facts},
        step=verdict.step,
        arithmetic=_arithmetic(leaf, facts),
        missing=verdict.missing,
        next=_next(leaf, facts, verdict) if scored and not decided and verdict.points < leaf.max else None,
        why=verdict.why,
        decided=unscaled(verdict.points) if decided else None,
        by_rule=_by_rule(by_rule) if by_rule else None,
    )


def _by_rule(verdict: Verdict) -> Decimal | None:
    known = verdict.state == "scored" and verdict.refusal is None
    return unscaled(verdict.points) if known else None


def _arithmetic(leaf: Leaf, facts: LeafFacts) -> Mapping[str, str]:
    value = leaf.rule.compared(leaf.names, facts)
    return {} if value is None else {"value": str(value)}


def _next(leaf: Leaf, facts: LeafFacts, verdict: Verdict) -> Next | None:
    """What one more step gives; nothing where it is not the rule that decided, or where points are lost."""
    if leaf.place.part == "penalty" or verdict.why == "not_held" or "when_zero" in (verdict.step or {}):
        return None
    case = Case(
        names=leaf.names, taken=leaf.facts, maximum=leaf.max, judge=leaf.judge, facts=facts, verdict=verdict
    )  # fmt: skip
    return leaf.rule.next_step(case)
