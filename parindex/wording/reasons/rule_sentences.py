"""The sentences of each kind of rule: what it made of its facts, and what the set says of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from parindex import text
from parindex.messages import N_
from parindex.scoring.law.inputs import PLATFORM
from parindex.scoring.rules import kinds as rules
from parindex.wording.reasons.figures import Figures
from parindex.wording.reasons.labels import estimate_name, label, value_text
from parindex.wording.reasons.rule_figures import RuleFigures


class RuleReasons(Figures):
    """What a rule made of its facts: facts, step or branch, arithmetic, points."""

    def of_max(self) -> str:
        """What was reached: the maximum, nothing, or so many of so many."""
        if self.reason.points == self.reason.max:
            if self.part == "penalty":
                return self._("trừ mức tối đa %(max)s điểm", max=self.max)
            return self._("đạt điểm tối đa %(max)s", max=self.max)
        return self._("%(got)s trên %(max)s điểm", got=self.got, max=self.max)

    def _yes_no(self) -> str:
        return f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)}; {self.of_max()}."

    def _choice(self) -> str:
        start = f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)}"
        option = str(self.step.get("option"))
        share = (self.rule.shares or {}).get(option)
        if share is None or share in {0, 1}:
            return f"{start}; {self.of_max()}."
        return self._(
            "%(start)s, được %(share)s của %(max)s = %(got)s điểm.",
            start=start, share=self.share(share), max=self.max, got=self.got,
        )  # fmt: skip

    def _checklist(self) -> str:
        items = self.rule.items
        done = [name for name in items if self.reason.facts.get(self.full(name)) == "true"]
        count = self._("%(n)s/%(of)s nội dung", n=len(done), of=len(items))
        if not done:
            return self._("Đạt %(count)s: 0 điểm.", count=count)
        sum_ = " + ".join(self.points(items[name]) for name in done)
        total = sum((items[name] for name in done), Decimal(0))
        names = "; ".join(self.labelled(name) for name in done)
        capped = ""
        if total > self.reason.max:
            capped = self._(", tính tối đa %(max)s", max=self.max)
        return self._(
            "Đạt %(count)s (%(names)s): %(sum)s = %(total)s điểm%(capped)s.",
            count=count, names=names, sum=sum_, total=self.points(total), capped=capped,
        )  # fmt: skip

    def _each(self) -> str:
        product = Fraction(self.reason.facts[self.full(self.rule.input)]) * Fraction(self.rule.points)
        told = N_("%(product)s điểm.")
        if self.step.get("capped"):
            told = N_("%(product)s, tính tối đa %(max)s điểm.")
        counted = f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)} × {self.points(self.rule.points)}"
        return self._(told, product=f"{counted} = {self.points(product)}", max=self.max)

    def _deduct(self) -> str:
        name = self.rule.input
        if self.step.get("floored"):
            return self._(
                "%(label)s: %(value)s. Trừ %(one)s cho mỗi%(unit)s, vượt quá %(max)s: 0 điểm.",
                label=self.labelled(name), value=self.fact(name), one=self.points(self.rule.points), max=self.max,
                unit=self.unit(name) or " 1",
            )  # fmt: skip
        return self._(
            "%(label)s: %(value)s; %(max)s − %(value)s × %(one)s = %(got)s điểm.",
            label=self.labelled(name), value=self.fact(name), max=self.max, got=self.got,
            one=self.points(self.rule.points),
        )  # fmt: skip

    def _ratio(self) -> str:
        rule = self.rule
        beside = Fraction(rule.floor) if "below" in self.step else Fraction(rule.target)
        counts = f"{self.fact(rule.over[0])}/{self.fact(rule.over[1])}{self.unit(*rule.over)}"
        head = f"{self.labelled(rule.over[0])}: {counts} = {self.trimmed(self.value, beside)}"
        if "below" in self.step:
            return self._("%(head)s, dưới mức tối thiểu %(floor)s: 0 điểm.", head=head, floor=self.share(rule.floor))
        if "reached" in self.step:
            target = self.share(rule.target)
            return self._("%(head)s, đạt mức %(target)s: điểm tối đa %(max)s.", head=head, target=target, max=self.max)
        part = self.factor(self.value)
        if rule.target != 1:
            part = f"({part} ÷ {self.number(rule.target)})"
        return self._("%(head)s → %(part)s × %(max)s = %(got)s điểm.", head=head, part=part, max=self.max, got=self.got)

    def _bands(self) -> str:
        key = "to" if self.rule.at_most else "from"
        if key not in self.step:
            last = self.rule.steps[-1].at
            told = N_("%(value)s; chưa đạt mức thấp nhất (từ %(at)s trở lên): 0 điểm.")
            if self.rule.at_most:
                told = N_("%(value)s; chưa đạt mức thấp nhất (không quá %(at)s): 0 điểm.")
            return self._(told, value=self.compared(last), at=self.threshold(last))
        missed = [step.at for step in self.rule.steps if step.points > (self.reason.points or 0)]
        value = self.compared(missed[-1] if missed else None)
        told = N_("%(value)s; thuộc mức từ %(at)s trở lên: %(got)s điểm.")
        if self.rule.at_most:
            told = N_("%(value)s; thuộc mức không quá %(at)s: %(got)s điểm.")
        return self._(told, value=value, at=self.threshold(self.step[key]), got=self.got)

    def _linear(self) -> str:
        low, high = sorted((self.rule.start, self.rule.end), key=lambda point: point.at)
        if self.step.get("clamped"):
            end = low if Fraction(low.at) >= self.value else high
            told = N_("%(value)s; không quá %(at)s: %(got)s điểm.")
            if end is high:
                told = N_("%(value)s; từ %(at)s trở lên: %(got)s điểm.")
            return self._(told, value=self.compared(end.at), at=self.threshold(end.at), got=self.got)
        return self._(
            "%(value)s. Từ %(low)s (%(low_points)s điểm) đến %(high)s (%(high_points)s điểm), "
            "điểm tính theo đường thẳng: %(line)s = %(got)s.",
            value=self.compared(),
            low=self.threshold(low.at), high=self.threshold(high.at),
            low_points=self.number(low.points), high_points=self.points(high.points),
            line=self.line(low, high), got=self.got,
        )  # fmt: skip

    def line(self, low: rules.Point, high: rules.Point) -> str:
        """The arithmetic of a straight line: (98,00 − 80) ÷ (100 − 80) × 1,50."""
        pair = len(getattr(self.rule, "over", ("", ""))) == 2
        scale = 100 if pair else 1
        at_low, at_high = self.number(low.at * scale), self.number(high.at * scale)
        at = self.rounded(self.value * scale, 2) if pair else self.number(decimal_of(self.value))
        rise = high.points - low.points
        product = f"({at} − {at_low}) ÷ ({at_high} − {at_low}) × {self.points(abs(rise))}"
        if rise < 0:
            return f"{self.points(low.points)} − {product}"
        return product if low.points == 0 else f"{self.points(low.points)} + {product}"

    def _by(self) -> str:
        start = f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)}"
        until = self.step.get("until")
        if until is None:
            last = text.date_text(self.rule.steps[-1].until, self.lang)
            return self._(
                "%(start)s, sau hạn cuối %(last)s: 0 điểm.",
                start=start, last=last,
            )  # fmt: skip
        return self._(
            "%(start)s, trong hạn đến %(until)s: %(got)s điểm.",
            start=start, until=text.date_text(date.fromisoformat(until), self.lang), got=self.got,
        )  # fmt: skip

    def _days(self) -> str:
        day, start = self.rule.dates
        told = N_("%(day)s: %(a)s; %(start)s: %(b)s; cách %(n)s ngày, quá %(at)s ngày: 0 điểm.")
        at = self.step.get("to")
        if at is not None:
            told = N_("%(day)s: %(a)s; %(start)s: %(b)s; cách %(n)s ngày, không quá %(at)s ngày: %(got)s điểm.")
        return self._(
            told,
            day=self.labelled(day), a=self.fact(day), start=self.labelled(start), b=self.fact(start),
            n=self.number(decimal_of(self.value)), at=self.number(at or self.rule.steps[-1].at), got=self.got,
        )  # fmt: skip

    def _formula(self) -> str:
        facts = [f"{self.label(name)}: {self.shown(name)}" for name in self.reason.facts if self.is_counted(name)]
        branches = len(self.rule.branches)
        which = ""
        if branches > 1:
            number = self.step.get("branch")
            which = self._("Trường hợp %(n)s/%(of)s: ", n=number, of=branches)
        written = self.substituted(str(self.step.get("points", "")))
        end = self._("%(got)s điểm.", got=self.got)
        arithmetic = end if re.fullmatch(r"[\d.,]+", written) else f"{written} = {end}"
        return "; ".join(facts) + ". " + which + arithmetic

    @staticmethod
    def is_counted(name: str) -> bool:
        """Whether a formula may look at a fact: attributes only say whether it applies."""
        return name[0] != "@" or name[1:] in PLATFORM

    def shown(self, name: str) -> str:
        """The value of a fact, by its full name."""
        return value_text(self.criteria_set, name, self.reason.facts[name], self.lang)

    def substituted(self, formula: str) -> str:
        """A formula with its numbers in place of its names."""

        def word(match: re.Match[str]) -> str:
            name, after = match[0], formula[match.end() :].lstrip()
            if name == "max" and not after.startswith("("):
                return self.max
            if name in {**PLATFORM, **self.leaf.inputs, **self.criteria_set.inputs}:
                return self.fact(name)
            return name

        signs = {"*": "×", "/": "÷", "-": "−"}
        shown = re.sub(r"[*/-]", lambda match: signs[match[0]], formula)
        shown = re.sub(r"\d+\.\d+", lambda match: self.number(match[0]), shown)
        formula = shown
        return re.sub(r"[A-Za-z_]\w*", word, shown)

    def _survey(self) -> str:
        if self.rule.reading == "options":
            return self.options()
        return self.estimate()

    def _external(self) -> str:
        return self.estimate()

    def estimate(self) -> str:
        """A survey estimate or an imported result."""
        if self.rule.reading == "bands":
            return self._bands()
        if self.rule.reading == "linear":
            return self._linear()
        name = self.compared().rpartition(": ")[0]
        return self._(
            "%(name)s: %(value)s × %(max)s = %(got)s điểm.",
            name=name, value=self.fine(self.value), max=self.max, got=self.got,
        )  # fmt: skip

    def options(self) -> str:
        """The parts of the answers, each with its worth."""
        measure = f"survey:{self.rule.instrument}.{self.rule.measure}"
        terms = [
            f"{self.trimmed(Fraction(self.reason.facts[f'{measure}.{option}']))} {option} × {self.share(share)}"
            for option, share in self.rule.shares.items()
        ]
        return self._(
            "%(name)s: (%(terms)s) × %(max)s = %(got)s điểm.",
            name=estimate_name(self.rule.instrument, self.lang), terms=" + ".join(terms), max=self.max, got=self.got,
        )  # fmt: skip

    def _judged(self) -> str:
        return self._("Điểm đề nghị: %(got)s trên %(max)s.", got=self.got, max=self.max)


class RuleTexts(RuleFigures):
    """What the set says of a rule."""

    def _yes_no(self) -> str:
        return self._(
            "%(what)s: nếu có được %(max)s điểm, nếu không được 0 điểm.", what=self.name(self.rule.input), max=self.max
        )

    def _choice(self) -> str:
        return self._("%(what)s: %(options)s.", what=self.name(self.rule.input), options=self.options(self.rule))

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

    def _checklist(self) -> str:
        items = "; ".join(f"{self.name(name)} {self.number(points)}" for name, points in self.rule.items.items())
        return self._("Cộng điểm từng nội dung có: %(items)s; tối đa %(max)s điểm.", items=items, max=self.max)

    def _each(self) -> str:
        told = {"what": self.name(self.rule.input), "points": self.number(self.rule.points), "max": self.max}
        if unit := self.unit(self.rule.input):
            return self._("“%(what)s”: mỗi %(unit)s được %(points)s điểm, tối đa %(max)s điểm.", unit=unit, **told)
        return self._("“%(what)s” nhân %(points)s điểm, tối đa %(max)s điểm.", **told)

    def _deduct(self) -> str:
        told = {"what": self.name(self.rule.input), "points": self.number(self.rule.points), "max": self.max}
        if unit := self.unit(self.rule.input):
            return self._(
                "%(max)s điểm; “%(what)s”: trừ %(points)s điểm cho mỗi %(unit)s, không dưới 0.", unit=unit, **told
            )
        return self._("%(max)s điểm, trừ “%(what)s” nhân %(points)s điểm, không dưới 0.", **told)

    def _ratio(self) -> str:
        rule = self.rule
        told = self._("%(what)s × %(max)s điểm", what=self.over(rule.over), max=self.max)
        if rule.target != 1:
            told += self._(", đủ điểm từ %(target)s", target=self.level(rule.target, share=True))
        if rule.floor:
            told += self._(", dưới %(floor)s được 0 điểm", floor=self.level(rule.floor, share=True))
        return self.with_pair(told + ".")

    def _bands(self) -> str:
        rule = self.rule
        told = self._("%(what)s: %(steps)s.", what=self.over(rule.over), steps=self.steps(rule.steps, rule.at_most))
        return self.with_pair(told)

    def _linear(self) -> str:
        rule = self.rule
        return self.with_pair(self.line(self.over(rule.over), rule.start, rule.end))

    def _by(self) -> str:
        told = N_("đến %(day)s được %(points)s điểm")
        steps = "; ".join(
            self._(told, day=text.date_text(step.until, self.lang), points=self.number(step.points))
            for step in self.rule.steps
        )
        return self._("%(what)s: %(steps)s; sau đó 0 điểm.", what=self.name(self.rule.input), steps=steps)

    def _days(self) -> str:
        day, start = self.rule.dates
        steps = "; ".join(
            self._("không quá %(n)s ngày được %(points)s điểm", n=self.number(step.at), points=self.number(step.points))
            for step in self.rule.steps
        )
        return self._(
            "Số ngày từ “%(start)s” đến “%(day)s”: %(steps)s; sau đó 0 điểm.",
            start=self.name(start), day=self.name(day), steps=steps,
        )  # fmt: skip

    def _formula(self) -> str:
        branches = "; ".join(
            f"{branch.when} → {branch.points}" if branch.when else branch.points for branch in self.rule.branches
        )
        return self._("Theo công thức: %(branches)s (max = %(max)s điểm).", branches=branches, max=self.max)

    def _survey(self) -> str:
        return self.estimate(f"survey:{self.rule.instrument}.{self.rule.measure}")

    def _external(self) -> str:
        return self.estimate(f"external:{self.rule.index}")

    def estimate(self, source: str) -> str:
        """What a survey or another index gives."""
        rule = self.rule
        what = label(self.criteria_set, source, self.lang)
        if rule.reading == "share":
            return self._("%(what)s × %(max)s điểm.", what=what, max=self.max)
        if rule.reading == "linear":
            return self.line(what, rule.start, rule.end)
        if rule.reading == "options":
            shares = "; ".join(f"{option} {self.level(share, share=True)}" for option, share in rule.shares.items())
            return self._(
                "%(what)s: %(max)s điểm × tỷ lệ trả lời, mức %(shares)s.", what=what, max=self.max, shares=shares
            )
        return self._("%(what)s: %(steps)s.", what=what, steps=self.steps(rule.steps, rule.at_most))

    def _judged(self) -> str:
        return self._("Đơn vị đề nghị, cơ quan thẩm định quyết định từ 0 đến %(max)s điểm.", max=self.max)


def decimal_of(value: Fraction) -> Decimal:
    """A rational that came from a decimal, as that decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)
