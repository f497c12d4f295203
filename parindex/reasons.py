"""Why a leaf has its points, as a Vietnamese or English official would write it.

Scoring gives a reason as code and values; this is the one place where it becomes a sentence, for the sheet,
the ranking, the command line and the open data alike. Both languages stand side by side, because every
published reason carries both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from parindex import text
from parindex.scoring import CriteriaSet, Criterion, Input, Reason, place_of
from parindex.scoring import model as rules
from parindex.text import Language

_INDEX_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "sipas": ("Chỉ số hài lòng (SIPAS)", "Satisfaction index (SIPAS)"),
    "leaders": ("Kết quả khảo sát lãnh đạo, quản lý", "Result of the leaders' survey"),
}


def sentences(criteria_set: CriteriaSet, code: str, reason: Reason) -> tuple[str, str]:
    """The reason of one leaf in Vietnamese and in English."""
    return sentence(criteria_set, code, reason, "vi"), sentence(criteria_set, code, reason, "en")


def sentence(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> str:
    """The reason of one leaf in one language, with what one more step would give."""
    return _Speaker(criteria_set, code, reason, lang).whole()


def missing(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> list[str]:
    """The labels of the facts without which a leaf is not yet known."""
    speaker = _Speaker(criteria_set, code, reason, lang)
    return [speaker.label(name) for name in reason.missing]


def next_step(criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language = "vi") -> str:
    """What one more step would give; empty at the maximum and where no step can be named."""
    return _Speaker(criteria_set, code, reason, lang).next_step()


def label(criteria_set: CriteriaSet, name: str, lang: Language = "vi") -> str:
    """What people read for a fact, such as `1.1.issued`, `dossiers`, `@region`; the name itself without label."""
    found = _input(criteria_set, name)
    if found is not None and found.label is not None:
        return found.label.get(lang)
    if name.startswith("survey:"):
        return _estimate_name(name.removeprefix("survey:").partition(".")[0], lang)
    if name.endswith(".judged"):
        return "Điểm đề nghị" if lang == "vi" else "Points proposed"
    return name


def value_text(criteria_set: CriteriaSet, name: str, value: str, lang: Language = "vi") -> str:
    """A fact for people, from its canonical text: `98,00%`, `24.157`, `31/12/2024`, `Hoàn thành tốt`."""
    found = _input(criteria_set, name)
    if value in {"true", "false"}:
        return _yes(value == "true", lang)
    if found is not None and found.type == "choice":
        named = found.option_labels.get(value)
        return named.get(lang) if named else value
    if found is not None and found.type == "date":
        return text.date_text(date.fromisoformat(value), lang)
    if found is not None and found.type == "text":
        return value
    number = text.number(Decimal(value), None, lang)
    return number + "%" if found is not None and found.type == "percent" else number


def _yes(value: bool, lang: Language) -> str:
    if lang == "vi":
        return "có" if value else "không"
    return "yes" if value else "no"


def _input(criteria_set: CriteriaSet, name: str) -> Input | None:
    if name.startswith("@"):
        return criteria_set.attributes.get(name[1:])
    code, _, local = name.rpartition(".")
    if not code or ":" in name:
        return criteria_set.inputs.get(name)
    try:
        node = place_of(criteria_set, code).node
    except KeyError:
        return None
    return node.inputs.get(local) if isinstance(node, Criterion) else None


def _estimate_name(instrument: str, lang: Language) -> str:
    names = _INDEX_NAMES.get(instrument)
    if names is not None:
        return names[0 if lang == "vi" else 1]
    return ("Kết quả điều tra xã hội học" if lang == "vi" else "Result of the survey") + f" ({instrument})"


class _Speaker:
    """Speaks about one leaf in one language."""

    def __init__(self, criteria_set: CriteriaSet, code: str, reason: Reason, lang: Language):
        node = place_of(criteria_set, code)
        if not isinstance(node.node, Criterion) or node.node.rule is None:
            raise KeyError(code)
        self.criteria_set = criteria_set
        self.leaf = node.node
        self.part = node.part
        self.rule: Any = node.node.rule
        self.reason = reason
        self.lang = lang
        self.step: Mapping[str, Any] = reason.step or {}

    def t(self, vi: str, en: str, **values: object) -> str:
        """The sentence of this language."""
        return (vi if self.lang == "vi" else en) % values

    # numbers

    def number(self, value: Decimal | str | int) -> str:
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
        whole = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
        exact = Decimal(whole if value >= 0 else -whole).scaleb(-places)
        return text.number(exact, places, self.lang)

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
        return f"{self.leaf.code}.{name}" if name in self.leaf.inputs else name

    def label(self, name: str) -> str:
        if name.endswith(".judged"):
            return self.t("điểm đề nghị", "the points proposed")
        return label(self.criteria_set, name, self.lang)

    def labelled(self, name: str) -> str:
        return self.label(self.full(name))

    def fact(self, name: str) -> str:
        value = self.reason.facts.get(self.full(name))
        return text.UNKNOWN if value is None else value_text(self.criteria_set, self.full(name), value, self.lang)

    def unit(self, *names: str) -> str:
        """The unit of what is counted, with a space before it; empty where the set names none."""
        for name in names:
            found = _input(self.criteria_set, self.full(name))
            if found is not None and found.unit is not None:
                return " " + found.unit.get(self.lang)
        return ""

    @property
    def value(self) -> Fraction:
        return Fraction(self.reason.arithmetic.get("value", "0"))

    @property
    def max(self) -> str:
        return self.points(self.reason.max)

    @property
    def got(self) -> str:
        return self.points(self.reason.points or Decimal(0))

    # the sentence

    def whole(self) -> str:
        after = self.next_step()
        return self.main() + (" " + after if after else "")

    def main(self) -> str:
        if self.reason.decided is not None:
            return self.decided()
        if self.reason.state == "unknown":
            return self.unknown()
        if self.reason.state == "none":
            return self.none()
        if self.reason.why == "not_held" or self.reason.state == "not_applicable":
            return self.not_applicable()
        if "when_zero" in self.step:
            return self.zero_denominator()
        spoken: Callable[[], str] = getattr(self, f"_{self.reason.rule}")
        return spoken()

    def decided(self) -> str:
        if self.reason.by_rule is None:
            return self.t(
                "Điểm do cơ quan thẩm định quyết định: %(got)s trên %(max)s; quy tắc chưa tính được điểm.",
                "Points set by appraisal decision: %(got)s of %(max)s; the rule alone gives none yet.",
                got=self.got, max=self.max,
            )  # fmt: skip
        return self.t(
            "Điểm do cơ quan thẩm định quyết định: %(got)s trên %(max)s, thay cho điểm theo quy tắc là %(rule)s.",
            "Points set by appraisal decision: %(got)s of %(max)s, in place of %(rule)s by the rule.",
            got=self.got, max=self.max, rule=self.points(self.reason.by_rule),
        )  # fmt: skip

    def unknown(self) -> str:
        if isinstance(self.rule, rules.Survey) and not any(n.startswith("@") for n in self.reason.missing):
            return self.t("Chưa có kết quả điều tra xã hội học.", "The survey result is not known yet.")
        if isinstance(self.rule, rules.External) and not any(n.startswith("@") for n in self.reason.missing):
            return self.t("Chưa có kết quả của chỉ số liên quan.", "The other index is not known yet.")
        names = "; ".join(self.label(name) for name in self.reason.missing)
        return self.t("Chưa đủ số liệu, còn thiếu: %(names)s.", "Facts are missing: %(names)s.", names=names)

    def none(self) -> str:
        if self.part == "penalty":
            return self.t("Không có số liệu trừ điểm: trừ 0 điểm.", "Nothing to deduct: 0 points.")
        return self.t("Không kê khai điểm thưởng: 0 điểm.", "No bonus declared: 0 points.")

    def not_applicable(self) -> str:
        why = self.reason.why
        if why == "attribute":
            name = self.label(str(self.step["needs"]))
            return self.t("Không áp dụng: “%(name)s” là không.", "Not applicable: “%(name)s” is no.", name=name)
        if why == "accepted":
            return self.t(
                "Không áp dụng: đề nghị không áp dụng đã được chấp nhận.",
                "Not applicable: the proposal was accepted.",
            )
        if why == "option":
            return self.t(
                "%(label)s: %(value)s. Không áp dụng, không tính vào điểm tối đa.",
                "%(label)s: %(value)s. Not applicable, not counted in the maximum.",
                label=self.labelled(self.rule.input), value=self.fact(self.rule.input),
            )  # fmt: skip
        if why == "when_zero":
            return self.zero_denominator()
        if self.reason.state == "scored":
            return self.t(
                "Không tổ chức điều tra xã hội học đối với cơ quan: 0 điểm theo quy định của bộ tiêu chí.",
                "The survey was not held for this agency: 0 points by the rules of the set.",
            )
        return self.t(
            "Không áp dụng: không tổ chức điều tra xã hội học đối với cơ quan; chỉ số quy về thang điểm 100.",
            "Not applicable: the survey was not held for this agency; the index is rescaled to 100.",
        )

    def zero_denominator(self) -> str:
        name = self.labelled(self.rule.over[-1])
        if self.reason.state == "not_applicable":
            return self.t("%(name)s bằng 0: không áp dụng.", "%(name)s is 0: not applicable.", name=name)
        if self.reason.points:
            return self.t(
                "%(name)s bằng 0: đạt điểm tối đa %(max)s.", "%(name)s is 0: the maximum of %(max)s.",
                name=name, max=self.max,
            )  # fmt: skip
        return self.t("%(name)s bằng 0: 0 điểm.", "%(name)s is 0: 0 points.", name=name)

    # one sentence a kind of rule

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

    def trimmed(self, value: Fraction, beside: Fraction | None = None) -> str:
        """A share in percent without zeros that say nothing: 90%, 98,5%."""
        shown = self.percent(value, beside=beside)
        if "," in shown or "." in shown:
            shown = re.sub(r"[.,]?0+%$", "%", shown) if re.search(r"[.,]\d*0+%$", shown) else shown
        return shown

    def factor(self, value: Fraction) -> str:
        for places in range(5):
            if (value * 10**places).denominator == 1:
                return self.rounded(value, places)
        return self.rounded(value, 4)

    def compared(self, threshold: Decimal | None = None) -> str:
        """What the rule looks at, as the start of a sentence."""
        beside = None if threshold is None else Fraction(threshold)
        if isinstance(self.rule, rules.Survey):
            name = _estimate_name(self.rule.instrument, self.lang)
            return f"{name}: {self.percent(self.value, beside=beside)}"
        if isinstance(self.rule, rules.External):
            name = self.t("Kết quả chỉ số %(name)s", "Result of the index %(name)s", name=self.rule.index)
            return f"{name}: {self.percent(self.value, beside=beside)}"
        over = self.rule.over
        if len(over) == 1:
            return f"{self.labelled(over[0])}: {self.fact(over[0])}{self.unit(over[0])}"
        return self.t(
            "%(label)s: %(a)s trên %(b)s%(unit)s, đạt %(share)s",
            "%(label)s: %(a)s of %(b)s%(unit)s, that is %(share)s",
            label=self.labelled(over[0]), a=self.fact(over[0]), b=self.fact(over[1]),
            unit=self.unit(*over), share=self.percent(self.value, beside=beside),
        )  # fmt: skip

    def threshold(self, at: Decimal | str) -> str:
        """A threshold as the rule's number is written: in percent, or in what is counted."""
        over = getattr(self.rule, "over", ("", ""))
        if len(over) == 2:
            return self.share(at)
        found = _input(self.criteria_set, self.full(over[0]))
        return self.number(at) + ("%" if found is not None and found.type == "percent" else "")

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
        at = self.rounded(self.value * scale, 2) if pair else self.number(_decimal(self.value))
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
        measure = f"survey:{self.rule.instrument}.{self.rule.measure}"
        terms = [
            f"{self.trimmed(Fraction(self.reason.facts[f'{measure}.{option}']))} {option} × {self.share(share)}"
            for option, share in self.rule.shares.items()
        ]
        return self.t(
            "%(name)s: (%(terms)s) × %(max)s = %(got)s điểm.",
            "%(name)s: (%(terms)s) × %(max)s = %(got)s points.",
            name=_estimate_name(self.rule.instrument, self.lang), terms=" + ".join(terms), max=self.max, got=self.got,
        )  # fmt: skip

    def _judged(self) -> str:
        return self.t(
            "Điểm đề nghị: %(got)s trên %(max)s.", "Points proposed: %(got)s of %(max)s.", got=self.got, max=self.max
        )

    # what one more step gives

    def next_step(self) -> str:
        coming = self.reason.next
        if coming is None:
            return ""
        gain = self.points(coming["gain"])
        return self.t("%(goal)s thì được thêm %(gain)s điểm.", "Next: %(goal)s → +%(gain)s points.",
                      goal=self.goal(coming), gain=gain)  # fmt: skip

    def goal(self, coming: Mapping[str, Any]) -> str:
        name = str(coming["fact"])
        if "until" in coming:
            until = text.date_text(date.fromisoformat(coming["until"]), self.lang)
            return self.t("Nếu kịp hạn %(until)s", "by %(until)s", until=until)
        if "value" in coming:
            return self.other_value(name, str(coming["value"]))
        if "percent" in coming:
            return self.t("Nếu tăng 1 điểm phần trăm", "+1 percentage point")
        at = coming.get("from") or coming.get("to") or coming.get("at")
        reached = self.threshold(at) if at is not None else None
        if "more" in coming or "fewer" in coming:
            return self.counted(name, coming, reached)
        if "to" in coming:
            return self.t("Nếu không quá %(at)s", "at most %(at)s", at=reached)
        return self.t("Nếu đạt %(at)s", "reach %(at)s", at=reached)

    def other_value(self, name: str, value: str) -> str:
        if value == "true":
            return self.t("Nếu có “%(name)s”", "“%(name)s”: yes", name=self.label(name))
        shown = value_text(self.criteria_set, name, value, self.lang)
        return self.t("Nếu đạt mức “%(value)s”", "reach “%(value)s”", value=shown)

    def counted(self, name: str, coming: Mapping[str, Any], reached: str | None) -> str:
        amount = self.number(str(coming.get("more") or coming.get("fewer")))
        unit = self.unit_of(name)
        to = "" if reached is None else self.t(" (mức %(at)s)", " (%(at)s)", at=reached)
        values = {"n": amount, "unit": unit, "to": to}
        if "more" in coming:
            return self.t("Nếu thêm %(n)s%(unit)s%(to)s", "+%(n)s%(unit)s%(to)s", **values)
        return self.t("Nếu bớt %(n)s%(unit)s%(to)s", "−%(n)s%(unit)s%(to)s", **values)

    def unit_of(self, name: str) -> str:
        found = _input(self.criteria_set, name)
        return "" if found is None or found.unit is None else " " + found.unit.get(self.lang)


def _decimal(value: Fraction) -> Decimal:
    """A rational that came from a decimal, as that decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)
