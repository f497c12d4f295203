"""How a leaf's points are made, in the words of an official: what the set says, not what one agency reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion
from parindex.scoring.rules import kinds as rules
from parindex.scoring.rules.steps import Point, Step
from parindex.text import Language, translator
from parindex.wording.reasons import label

_WHEN_ZERO: Final[Mapping[str, str]] = {
    "not_applicable": text.N_("Mẫu số bằng 0: không áp dụng."),
    "full": text.N_("Mẫu số bằng 0: đủ điểm."),
    "zero": text.N_("Mẫu số bằng 0: 0 điểm."),
}


def words(criteria_set: CriteriaSet, criterion: Criterion, lang: Language = "vi") -> str:
    """The rule of a leaf in a sentence or two."""
    return _Writer(criteria_set, criterion, lang).write()


class _Writer:
    """Words for one leaf in one language."""

    def __init__(self, criteria_set: CriteriaSet, criterion: Criterion, lang: Language) -> None:
        self.criteria_set, self.criterion, self.lang = criteria_set, criterion, lang
        self._ = translator(lang)

    def write(self) -> str:  # noqa: PLR0911 - one return a kind of rule
        """By the kind of rule."""
        rule = self.criterion.rule
        _ = self._
        match rule:
            case rules.YesNo():
                return _(
                    "%(what)s: nếu có được %(max)s điểm, nếu không được 0 điểm.",
                    what=self.name(rule.input),
                    max=self.max,
                )
            case rules.Choice():
                return _("%(what)s: %(options)s.", what=self.name(rule.input), options=self.options(rule))
            case rules.Checklist():
                items = "; ".join(f"{self.name(name)} {self.number(points)}" for name, points in rule.items.items())
                return _("Cộng điểm từng nội dung có: %(items)s; tối đa %(max)s điểm.", items=items, max=self.max)
            case rules.Each():
                return _(
                    "Mỗi đơn vị của “%(what)s” được %(points)s điểm, tối đa %(max)s điểm.",
                    what=self.name(rule.input), points=self.number(rule.points), max=self.max,
                )  # fmt: skip
            case rules.Deduct():
                return _(
                    "%(max)s điểm, trừ %(points)s điểm cho mỗi đơn vị của “%(what)s”, không dưới 0.",
                    what=self.name(rule.input), points=self.number(rule.points), max=self.max,
                )  # fmt: skip
            case rules.Ratio():
                return self.ratio(rule)
            case rules.Bands():
                told = _("%(what)s: %(steps)s.", what=self.over(rule.over), steps=self.steps(rule.steps, rule.at_most))
                return self.with_zero(told, rule.when_zero)
            case rules.Linear():
                return self.with_zero(self.line(self.over(rule.over), rule.start, rule.end), rule.when_zero)
            case rules.By():
                steps = "; ".join(
                    _(
                        "đến %(day)s được %(points)s điểm",
                        day=text.date_text(s.until, self.lang),
                        points=self.number(s.points),
                    )
                    for s in rule.steps
                )
                return _("%(what)s: %(steps)s; sau đó 0 điểm.", what=self.name(rule.input), steps=steps)
            case rules.Formula():
                branches = "; ".join(
                    f"{branch.when} → {branch.points}" if branch.when else branch.points for branch in rule.branches
                )
                return _("Theo công thức: %(branches)s (max = %(max)s điểm).", branches=branches, max=self.max)
            case rules.Survey() | rules.External():
                return self.estimate(rule)
            case rules.Judged():
                return _("Đơn vị đề nghị, cơ quan thẩm định quyết định từ 0 đến %(max)s điểm.", max=self.max)
        return ""

    @property
    def max(self) -> str:
        """The maximum of the leaf."""
        return self.number(self.criterion.max)

    def number(self, value: Decimal) -> str:
        """A number as people write it."""
        return text.number(value, None, self.lang)

    def name(self, name: str) -> str:
        """What people read for an input."""
        own = f"{self.criterion.code}.{name}"
        return label(self.criteria_set, own if name in self.criterion.inputs else name, self.lang)

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
        rule = self.criterion.rule
        return not isinstance(rule, rules.Bands | rules.Linear) or len(rule.over) == 2

    def is_percent(self) -> bool:
        """Whether the rule looks at one input that is declared in percent."""
        rule = self.criterion.rule
        if not isinstance(rule, rules.Bands | rules.Linear) or len(rule.over) != 1:
            return False
        declared = self.criterion.inputs.get(rule.over[0]) or self.criteria_set.inputs.get(rule.over[0])
        return declared is not None and declared.type == "percent"

    def options(self, rule: rules.Choice) -> str:
        """Every option with what it gives."""
        declared = self.criterion.inputs.get(rule.input) or self.criteria_set.inputs[rule.input]
        listed = rule.points if rule.points is not None else rule.shares or {}
        told = []
        for option, value in listed.items():
            named = declared.option_labels.get(option)
            points = None if value is None else value if rule.points is not None else value * self.criterion.max
            told.append(
                f"{named.get(self.lang) if named else option} "
                + (self._("không áp dụng") if points is None else self._("%(points)s điểm", points=self.number(points)))
            )
        return "; ".join(told)

    def ratio(self, rule: rules.Ratio) -> str:
        """A part of the maximum."""
        told = self._("%(what)s × %(max)s điểm", what=self.over(rule.over), max=self.max)
        if rule.target != 1:
            told += self._(", đủ điểm từ %(target)s", target=self.level(rule.target, share=True))
        if rule.floor:
            told += self._(", dưới %(floor)s được 0 điểm", floor=self.level(rule.floor, share=True))
        return self.with_zero(told + ".", rule.when_zero)

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

    def estimate(self, rule: rules.Survey | rules.External) -> str:
        """What a survey or another index gives."""
        source = (
            f"survey:{rule.instrument}.{rule.measure}" if isinstance(rule, rules.Survey) else f"external:{rule.index}"
        )
        what = label(self.criteria_set, source, self.lang)
        if rule.reading == "share":
            return self._("%(what)s × %(max)s điểm.", what=what, max=self.max)
        if rule.reading == "linear" and rule.start is not None and rule.end is not None:
            return self.line(what, rule.start, rule.end)
        if rule.reading == "options" and isinstance(rule, rules.Survey):
            shares = "; ".join(f"{option} {self.level(share, share=True)}" for option, share in rule.shares.items())
            return self._(
                "%(what)s: %(max)s điểm × tỷ lệ trả lời, mức %(shares)s.", what=what, max=self.max, shares=shares
            )
        return self._("%(what)s: %(steps)s.", what=what, steps=self.steps(rule.steps, rule.at_most))

    def with_zero(self, told: str, when_zero: str | None) -> str:
        """With what holds where the denominator is 0."""
        return f"{told} {self._(_WHEN_ZERO[when_zero])}" if when_zero else told
