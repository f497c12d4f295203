"""What one more step would give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from parindex import text
from parindex.wording.reasons.figures import Figures
from parindex.wording.reasons.labels import input_of, value_text


class NextSteps(Figures):
    """The cheapest way to more points, where one can be named."""

    def next_step(self) -> str:
        """The sentence; empty where no step can be named."""
        coming = self.reason.next
        if coming is None:
            return ""
        gain = self.points(coming["gain"])
        return self._("%(goal)s thì được thêm %(gain)s điểm.",
                      goal=self.goal(coming), gain=gain)  # fmt: skip

    def goal(self, coming: Mapping[str, Any]) -> str:
        """What would have to be reached."""
        name = str(coming["fact"])
        if "until" in coming:
            until = text.date_text(date.fromisoformat(coming["until"]), self.lang)
            return self._("Nếu kịp hạn %(until)s", until=until)
        if "value" in coming:
            return self.other_value(name, str(coming["value"]))
        if "percent" in coming:
            return self._("Nếu tăng 1 điểm phần trăm")
        at = coming.get("from") or coming.get("to") or coming.get("at")
        reached = self.threshold(at) if at is not None else None
        if "more" in coming or "fewer" in coming:
            return self.counted(name, coming, reached)
        if "to" in coming:
            return self._("Nếu không quá %(at)s", at=reached)
        return self._("Nếu đạt %(at)s", at=reached)

    def other_value(self, name: str, value: str) -> str:
        """Another answer to a question or choice."""
        if value == "true":
            return self._("Nếu có “%(name)s”", name=self.label(name))
        shown = value_text(self.criteria_set, name, value, self.lang)
        return self._("Nếu đạt mức “%(value)s”", value=shown)

    def counted(self, name: str, coming: Mapping[str, Any], reached: str | None) -> str:
        """So many more, or fewer, of what is counted."""
        amount = self.number(str(coming.get("more") or coming.get("fewer")))
        unit = self.unit_of(name)
        to = "" if reached is None else self._(" (mức %(at)s)", at=reached)
        values = {"n": amount, "unit": unit, "to": to}
        if "more" in coming:
            return self._("Nếu thêm %(n)s%(unit)s%(to)s", **values)
        return self._("Nếu bớt %(n)s%(unit)s%(to)s", **values)

    def unit_of(self, name: str) -> str:
        """The unit of a fact, with a space before it."""
        found = input_of(self.criteria_set, name)
        return "" if found is None or found.unit is None else " " + found.unit.get(self.lang)
