"""What one more step would give a leaf: the parts that several kinds of rule share."""

from fractions import Fraction
from typing import Any

from parindex.scoring.digits import places_text
from parindex.scoring.law.inputs import Frozen
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.verdicts import Judge, LeafFacts, Verdict

Next = dict[str, Any]
"""The fact to change, how, what is then reached, and how much more that is."""


class Case(Frozen, frozen=True):
    """One leaf of one agency as it was judged."""

    names: Names
    """How its inputs are called in the facts."""
    taken: tuple[str, ...]
    """Full names of the facts that its rule takes."""
    maximum: int
    """Of the leaf, scaled."""
    judge: Judge
    """Its rule made ready."""
    facts: LeafFacts
    """Of the agency."""
    verdict: Verdict
    """What its rule said; scored, and under the maximum."""

    def number(self, name: str) -> Fraction | None:
        """A fact as an exact number; None while unknown."""
        value: Any = self.facts.get(name)
        return None if value is None else Fraction(value)

    def gain(self, points: int, **values: Any) -> Next | None:
        """What would be reached and how much more that is; None where it is no more."""
        points = min(points, self.maximum)
        if points <= self.verdict.points:
            return None
        gained = points - self.verdict.points
        return {**values, "points": places_text(points, 12), "gain": places_text(gained, 12)}

    def needed(self, operands: tuple[str, ...], at: Fraction, *, falling: bool = False) -> Next:
        """How many more (or fewer) of what is counted reach a threshold, where it is counted in whole numbers."""
        first = self.facts.get(operands[0])
        if type(first) is not int or len(set(operands)) < len(operands):
            return {"fact": operands[0]}
        by = self.number(operands[1]) if len(operands) > 1 else Fraction(1)
        if not by:
            return {"fact": operands[0]}
        change = at * by - first
        if falling:
            return {"fact": operands[0], "fewer": str(-(change.numerator // change.denominator))}
        return {"fact": operands[0], "more": str(-(-change.numerator // change.denominator))}

    def reaching(self, points: int, goal: Next, needed: Next) -> Next | None:
        """What a goal gives; what is counted in whole numbers may reach further than the goal, or not be possible."""
        change = int(needed.get("more", 0)) - int(needed.get("fewer", 0))
        if needed.keys() & {"more", "fewer"}:
            first: Any = self.facts[needed["fact"]]
            further = change > 0 if "more" in needed else change < 0
            if not further or first + change < 0:
                return None
            reached = self.judge({**self.facts, needed["fact"]: first + change})
            if reached.state != "scored" or reached.refusal is not None:
                return None
            points = reached.points
            goal = {key: (reached.step or {}).get(key, at) for key, at in goal.items()}
        return self.gain(points, **goal, **needed)
