"""Numbers and names in the sentence about a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion
from parindex.scoring.rules.making.names import Names
from parindex.scoring.rules.making.steps import Point, Step
from parindex.text import Language, translator
from parindex.wording.reasons.labels import input_of, label

_WHEN_ZERO: Final[Mapping[str, str]] = {
    "not_applicable": text.N_("Mẫu số bằng 0: không áp dụng."),
    "full": text.N_("Mẫu số bằng 0: đủ điểm."),
    "zero": text.N_("Mẫu số bằng 0: 0 điểm."),
}

_EXCESS: Final[Mapping[str, str]] = {
    "refuse": text.N_("Tử số lớn hơn mẫu số: số liệu bị từ chối."),
    "allow": text.N_("Tử số được lớn hơn mẫu số."),
}


class RuleFigures:
    """The rule of one leaf in one language: its numbers, labels and thresholds as they are written."""

    def __init__(self, criteria_set: CriteriaSet, criterion: Criterion, lang: Language) -> None:
        self.criteria_set, self.criterion, self.lang = criteria_set, criterion, lang
        self._ = translator(lang)
        self.rule: Any = criterion.rule

    @property
    def max(self) -> str:
        """The maximum of the leaf."""
        return self.number(self.criterion.max)

    def number(self, value: Decimal) -> str:
        """A number as people write it."""
        return text.number(value, None, self.lang)

    def name(self, name: str) -> str:
        """What people read for an input."""
        names = Names(self.criterion.code, self.criterion.inputs, self.criteria_set.inputs)
        return label(self.criteria_set, names.of(name), self.lang)

    def unit(self, name: str) -> str:
        """The unit of what an input counts; empty where the set names none."""
        names = Names(self.criterion.code, self.criterion.inputs, self.criteria_set.inputs)
        found = input_of(self.criteria_set, names.of(name))
        return found.unit.get(self.lang) if found is not None and found.unit is not None else ""

    def over(self, names: Sequence[str]) -> str:
        """One input, or one over another."""
        if len(names) == 1:
            return self.name(names[0])
        return self._("Tỷ lệ “%(a)s” trên “%(b)s”", a=self.name(names[0]), b=self.name(names[1]))

    def level(self, value: Decimal, *, share: bool) -> str:
        """A threshold: percents where it is a share, a ratio or a percent."""
        if self.is_percent():
            return text.percent(value, 2 if value % 1 else 0, self.lang)
        return text.percent(value * 100, 2 if value * 100 % 1 else 0, self.lang) if share else self.number(value)

    def is_share(self) -> bool:
        """Whether thresholds of this rule are shares of 1."""
        return len(getattr(self.rule, "over", ("", ""))) == 2

    def is_percent(self) -> bool:
        """Whether the rule looks at one input that is declared in percent."""
        over = getattr(self.rule, "over", ("", ""))
        if len(over) != 1:
            return False
        declared = self.criterion.inputs.get(over[0]) or self.criteria_set.inputs.get(over[0])
        return declared is not None and declared.type == "percent"

    def steps(self, steps: Sequence[Step], at_most: bool) -> str:
        """Thresholds with their points."""
        share = self.is_share()
        word = self._("đến %(level)s được %(points)s điểm") if at_most else self._("từ %(level)s được %(points)s điểm")
        return "; ".join(
            word % {"level": self.level(step.at, share=share), "points": self.number(step.points)} for step in steps
        )

    def line(self, what: str, start: Point, end: Point) -> str:
        """A straight line between two ends."""
        share = self.is_share()
        return self._(
            "%(what)s: từ %(low)s (%(from)s điểm) đến %(high)s (%(to)s điểm) tính theo đường thẳng.",
            **{
                "what": what, "low": self.level(start.at, share=share), "from": self.number(start.points),
                "high": self.level(end.at, share=share), "to": self.number(end.points),
            },
        )  # fmt: skip

    def with_pair(self, told: str) -> str:
        """With what holds where the denominator is 0, and where it is smaller than the numerator."""
        for word in (_WHEN_ZERO.get(self.rule.when_zero), _EXCESS.get(self.rule.excess)):
            told = f"{told} {self._(word)}" if word else told
        return told
