"""Numbers and names in the sentence about one leaf."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Reason, place_of
from parindex.scoring.rules import kinds as rules
from parindex.scoring.rules.making.names import Names
from parindex.text import Language, translator
from parindex.wording.reasons.labels import estimate_name, index_name, input_of, label, value_text


class Figures:
    """One leaf in one language: its numbers, labels and thresholds as they are written."""

    def __init__(self, criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language):
        node = place_of(criteria_set, code)
        if not isinstance(node.node, Criterion) or node.node.rule is None:
            raise KeyError(code)
        self.criteria_set = criteria_set
        self.leaf = node.node
        self.names = Names(code, self.leaf.inputs, criteria_set.inputs)
        self.part = node.part
        self.rule: Any = node.node.rule
        self.reason = reason
        self.lang = lang
        self.step: Mapping[str, Any] = reason.step or {}
        self._ = translator(lang)

    # numbers

    def number(self, value: Decimal | str | int) -> str:
        """A number as people write it."""
        return text.number(Decimal(value), None, self.lang)

    def points(self, value: Decimal | Fraction | str) -> str:
        """Points with at least the printed places, and up to four where they are exact."""
        exact = Fraction(value)
        least = self.criteria_set.print_places
        for places in range(least, max(least, 4) + 1):
            if (exact * 10**places).denominator == 1:
                return self.rounded(exact, places)
        return self.rounded(exact, least)

    def rounded(self, value: Fraction, places: int) -> str:
        """A rational rounded half up to fixed places."""
        whole = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
        sign = "-" if value < 0 else ""
        return text.number(Decimal(f"{sign}{whole}e{-places}"), places, self.lang)

    def percent(self, value: Fraction, *, beside: Fraction | None = None) -> str:
        """A share in percent, with so many places that it does not look like a threshold that it misses."""
        places = 2
        while beside is not None and value != beside and places < 10:
            if self.rounded(value * 100, places) != self.rounded(beside * 100, places):
                break
            places += 1
        return self.rounded(value * 100, places) + "%"

    def fine(self, value: Fraction) -> str:
        """A share in percent with the places that its product with the maximum needs: 82,30% or 82,3457%."""
        places = 2 if (value * 10**4).denominator == 1 else 4
        return self.rounded(value * 100, places) + "%"

    def share(self, value: Decimal | str) -> str:
        """A threshold in percent, without zeros that say nothing."""
        return self.number(Decimal(value) * 100) + "%"

    # facts

    def full(self, name: str) -> str:
        """The full name of an input of this leaf."""
        return self.names.of(name)

    def label(self, name: str) -> str:
        """What people read for a fact, by its full name."""
        if name.endswith(".judged"):
            return self._("điểm đề nghị")
        return label(self.criteria_set, name, self.lang)

    def labelled(self, name: str) -> str:
        """What people read for an input of this leaf."""
        return self.label(self.full(name))

    def fact(self, name: str) -> str:
        """The value of an input, as people write it."""
        value = self.reason.facts.get(self.full(name))
        return text.UNKNOWN if value is None else value_text(self.criteria_set, self.full(name), value, self.lang)

    def unit(self, *names: str) -> str:
        """The unit of what is counted, with a space before it; empty where the set names none."""
        for name in names:
            found = input_of(self.criteria_set, self.full(name))
            if found is not None and found.unit is not None:
                return " " + found.unit.get(self.lang)
        return ""

    @property
    def value(self) -> Fraction:
        """The number that the rule looked at."""
        return Fraction(self.reason.arithmetic.get("value", "0"))

    @property
    def max(self) -> str:
        """The maximum, as points."""
        return self.points(self.reason.max)

    @property
    def got(self) -> str:
        """The points reached."""
        return self.points(self.reason.points or Decimal(0))

    def trimmed(self, value: Fraction, beside: Fraction | None = None) -> str:
        """A share in percent without zeros that say nothing: 90%, 98,5%."""
        shown = self.percent(value, beside=beside)
        if "," in shown or "." in shown:
            shown = re.sub(r"[.,]?0+%$", "%", shown) if re.search(r"[.,]\d*0+%$", shown) else shown
        return shown

    def factor(self, value: Fraction) -> str:
        """A rational as a factor in a product: up to four places."""
        for places in range(5):
            if (value * 10**places).denominator == 1:
                return self.rounded(value, places)
        return self.rounded(value, 4)

    def compared(self, threshold: Decimal | None = None) -> str:
        """What the rule looks at, as the start of a sentence."""
        beside = None if threshold is None else Fraction(threshold)
        if isinstance(self.rule, rules.Survey):
            name = estimate_name(self.rule.instrument, self.lang)
            return f"{name}: {self.percent(self.value, beside=beside)}"
        if isinstance(self.rule, rules.External):
            name = index_name(self.rule.index, self.lang)
            return f"{name}: {self.percent(self.value, beside=beside)}"
        over = self.rule.over
        if len(over) == 1:
            return f"{self.labelled(over[0])}: {self.fact(over[0])}{self.unit(over[0])}"
        return self._(
            "%(label)s: %(a)s trên %(b)s%(unit)s, đạt %(share)s",
            label=self.labelled(over[0]), a=self.fact(over[0]), b=self.fact(over[1]),
            unit=self.unit(*over), share=self.percent(self.value, beside=beside),
        )  # fmt: skip

    def threshold(self, at: Decimal | str) -> str:
        """A threshold as the rule's number is written: in percent, or in what is counted."""
        over = getattr(self.rule, "over", ("", ""))
        if len(over) == 2:
            return self.share(at)
        found = input_of(self.criteria_set, self.full(over[0]))
        return self.number(at) + ("%" if found is not None and found.type == "percent" else "")
