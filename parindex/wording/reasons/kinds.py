"""One sentence for each kind of rule: facts, step or branch, arithmetic, points."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from parindex import text
from parindex.scoring.law import model as rules
from parindex.wording.reasons.figures import Figures
from parindex.wording.reasons.labels import estimate_name, value_text


class Kinds(Figures):
    """What a rule made of its facts."""

    def of_max(self) -> str:
        """What was reached: the maximum, nothing, or so many of so many."""
        if self.reason.points == self.reason.max:
            if self.part == "penalty":
                return self.t("trừ mức tối đa %(max)s điểm", "the maximum of %(max)s is deducted", max=self.max)
            return self.t("đạt điểm tối đa %(max)s", "the maximum of %(max)s", max=self.max)
        return self.t("%(got)s trên %(max)s điểm", "%(got)s of %(max)s points", got=self.got, max=self.max)

    def _yes_no(self) -> str:
        return f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)}; {self.of_max()}."

    def _choice(self) -> str:
        start = f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)}"
        option = str(self.step.get("option"))
        share = (self.rule.shares or {}).get(option)
        if share is None or share in {0, 1}:
            return f"{start}; {self.of_max()}."
        return self.t(
            "%(start)s, được %(share)s của %(max)s = %(got)s điểm.",
            "%(start)s, %(share)s of %(max)s = %(got)s points.",
            start=start, share=self.share(share), max=self.max, got=self.got,
        )  # fmt: skip

    def _checklist(self) -> str:
        items = self.rule.items
        done = [name for name in items if self.reason.facts.get(self.full(name)) == "true"]
        count = self.t("%(n)s/%(of)s nội dung", "%(n)s of %(of)s items", n=len(done), of=len(items))
        if not done:
            return self.t("Đạt %(count)s: 0 điểm.", "%(count)s: 0 points.", count=count)
        sum_ = " + ".join(self.points(items[name]) for name in done)
        total = sum((items[name] for name in done), Decimal(0))
        names = "; ".join(self.labelled(name) for name in done)
        capped = ""
        if total > self.reason.max:
            capped = self.t(", tính tối đa %(max)s", ", at most %(max)s", max=self.max)
        return self.t(
            "Đạt %(count)s (%(names)s): %(sum)s = %(total)s điểm%(capped)s.",
            "%(count)s (%(names)s): %(sum)s = %(total)s points%(capped)s.",
            count=count, names=names, sum=sum_, total=self.points(total), capped=capped,
        )  # fmt: skip

    def _each(self) -> str:
        product = Fraction(self.reason.facts[self.full(self.rule.input)]) * Fraction(self.rule.points)
        if self.step.get("capped"):
            end = self.t(", tính tối đa %(max)s điểm.", ", at most %(max)s points.", max=self.max)
        else:
            end = self.t(" điểm.", " points.")
        return (
            f"{self.labelled(self.rule.input)}: {self.fact(self.rule.input)} × {self.points(self.rule.points)}"
            f" = {self.points(product)}{end}"
        )

    def _deduct(self) -> str:
        name = self.rule.input
        if self.step.get("floored"):
            return self.t(
                "%(label)s: %(value)s. Trừ %(one)s cho mỗi đơn vị, vượt quá %(max)s: 0 điểm.",
                "%(label)s: %(value)s. %(one)s lost for each, more than %(max)s: 0 points.",
                label=self.labelled(name), value=self.fact(name), one=self.points(self.rule.points), max=self.max,
            )  # fmt: skip
        return self.t(
            "%(label)s: %(value)s; %(max)s − %(value)s × %(one)s = %(got)s điểm.",
            "%(label)s: %(value)s; %(max)s − %(value)s × %(one)s = %(got)s points.",
            label=self.labelled(name), value=self.fact(name), max=self.max, got=self.got,
            one=self.points(self.rule.points),
        )  # fmt: skip

    def _ratio(self) -> str:
        rule = self.rule
        beside = Fraction(rule.floor) if "below" in self.step else Fraction(rule.target)
        head = self.t(
            "%(label)s: %(a)s/%(b)s%(unit)s = %(share)s",
            "%(label)s: %(a)s/%(b)s%(unit)s = %(share)s",
            label=self.labelled(rule.over[0]), a=self.fact(rule.over[0]), b=self.fact(rule.over[1]),
            unit=self.unit(*rule.over), share=self.trimmed(self.value, beside),
        )  # fmt: skip
        if "below" in self.step:
            floor = self.share(rule.floor)
            return self.t(
                "%(head)s, dưới mức tối thiểu %(floor)s: 0 điểm.",
                "%(head)s, below the floor of %(floor)s: 0 points.",
                head=head, floor=floor,
            )  # fmt: skip
        if "reached" in self.step:
            target = self.share(rule.target)
            return self.t(
                "%(head)s, đạt mức %(target)s: điểm tối đa %(max)s.",
                "%(head)s, reaching %(target)s: the maximum of %(max)s.",
                head=head, target=target, max=self.max,
            )  # fmt: skip
        part = self.factor(self.value)
        if rule.target != 1:
            part = f"({part} ÷ {self.number(rule.target)})"
        return self.t(
            "%(head)s → %(part)s × %(max)s = %(got)s điểm.",
            "%(head)s → %(part)s × %(max)s = %(got)s points.",
            head=head, part=part, max=self.max, got=self.got,
        )  # fmt: skip

    def _bands(self) -> str:
        key = "to" if self.rule.at_most else "from"
        if key not in self.step:
            last = self.rule.steps[-1]
            return self.t(
                "%(value)s; chưa đạt mức thấp nhất (%(bound)s): 0 điểm.",
                "%(value)s; the lowest step (%(bound)s) is not reached: 0 points.",
                value=self.compared(last.at), bound=self.bound(last.at),
            )  # fmt: skip
        missed = [step.at for step in self.rule.steps if step.points > (self.reason.points or 0)]
        return self.t(
            "%(value)s; thuộc mức %(bound)s: %(got)s điểm.",
            "%(value)s; in the step %(bound)s: %(got)s points.",
            value=self.compared(missed[-1] if missed else None), got=self.got, bound=self.bound(self.step[key]),
        )  # fmt: skip

    def bound(self, at: Decimal | str) -> str:
        """A step in words."""
        if self.rule.at_most:
            return self.t("không quá %(at)s", "of at most %(at)s", at=self.threshold(at))
        return self.t("từ %(at)s trở lên", "of at least %(at)s", at=self.threshold(at))

    def _linear(self) -> str:
        low, high = sorted((self.rule.start, self.rule.end), key=lambda point: point.at)
        if self.step.get("clamped"):
            end = low if Fraction(low.at) >= self.value else high
            bound = self.t("không quá %(at)s", "at most %(at)s", at=self.threshold(low.at))
            if end is high:
                bound = self.t("từ %(at)s trở lên", "at least %(at)s", at=self.threshold(high.at))
            return self.t(
                "%(value)s; %(bound)s: %(got)s điểm.", "%(value)s; %(bound)s: %(got)s points.",
                value=self.compared(end.at), bound=bound, got=self.got,
            )  # fmt: skip
        return self.t(
            "%(value)s. Từ %(low)s (%(low_points)s điểm) đến %(high)s (%(high_points)s điểm), "
            "điểm tính theo đường thẳng: %(line)s = %(got)s.",
            "%(value)s. From %(low)s (%(low_points)s points) to %(high)s (%(high_points)s points) "
            "points follow a straight line: %(line)s = %(got)s.",
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
            return self.t(
                "%(start)s, sau hạn cuối %(last)s: 0 điểm.",
                "%(start)s, after the last date of %(last)s: 0 points.",
                start=start, last=last,
            )  # fmt: skip
        return self.t(
            "%(start)s, trong hạn đến %(until)s: %(got)s điểm.",
            "%(start)s, kept the date of %(until)s: %(got)s points.",
            start=start, until=text.date_text(date.fromisoformat(until), self.lang), got=self.got,
        )  # fmt: skip

    def _formula(self) -> str:
        facts = [f"{self.label(name)}: {self.shown(name)}" for name in self.reason.facts if name[0] != "@"]
        branches = len(self.rule.branches)
        which = ""
        if branches > 1:
            number = self.step.get("branch")
            which = self.t("Trường hợp %(n)s/%(of)s: ", "Case %(n)s of %(of)s: ", n=number, of=branches)
        written = self.substituted(str(self.step.get("points", "")))
        end = self.t("%(got)s điểm.", "%(got)s points.", got=self.got)
        arithmetic = end if re.fullmatch(r"[\d.,]+", written) else f"{written} = {end}"
        return "; ".join(facts) + ". " + which + arithmetic

    def shown(self, name: str) -> str:
        """The value of a fact, by its full name."""
        return value_text(self.criteria_set, name, self.reason.facts[name], self.lang)

    def substituted(self, formula: str) -> str:
        """A formula with its numbers in place of its names."""

        def word(match: re.Match[str]) -> str:
            name, after = match[0], formula[match.end() :].lstrip()
            if name == "max" and not after.startswith("("):
                return self.max
            if name in self.leaf.inputs or name in self.criteria_set.inputs:
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
        return self.t(
            "%(name)s: %(value)s × %(max)s = %(got)s điểm.", "%(name)s: %(value)s × %(max)s = %(got)s points.",
            name=name, value=self.fine(self.value), max=self.max, got=self.got,
        )  # fmt: skip

    def options(self) -> str:
        """The parts of the answers, each with its worth."""
        measure = f"survey:{self.rule.instrument}.{self.rule.measure}"
        terms = [
            f"{self.trimmed(Fraction(self.reason.facts[f'{measure}.{option}']))} {option} × {self.share(share)}"
            for option, share in self.rule.shares.items()
        ]
        return self.t(
            "%(name)s: (%(terms)s) × %(max)s = %(got)s điểm.",
            "%(name)s: (%(terms)s) × %(max)s = %(got)s points.",
            name=estimate_name(self.rule.instrument, self.lang), terms=" + ".join(terms), max=self.max, got=self.got,
        )  # fmt: skip

    def _judged(self) -> str:
        return self.t(
            "Điểm đề nghị: %(got)s trên %(max)s.", "Points proposed: %(got)s of %(max)s.", got=self.got, max=self.max
        )


def decimal_of(value: Fraction) -> Decimal:
    """A rational that came from a decimal, as that decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)
