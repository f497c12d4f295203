"""The whole sentence about one leaf: decided, unknown, not applicable, or what its rule gives."""

from __future__ import annotations

from collections.abc import Callable

from parindex.scoring.rules import kinds as rules
from parindex.wording.reasons.next_steps import NextSteps
from parindex.wording.reasons.rule_sentences import RuleReasons


class Speaker(RuleReasons, NextSteps):
    """Speaks about one leaf in one language."""

    def whole(self) -> str:
        """What holds, then what one more step would give."""
        after = self.next_step()
        return self.main() + (" " + after if after else "")

    def main(self) -> str:
        """What holds."""
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
        """Points set by an appraisal decision, beside those of the rule."""
        if self.reason.by_rule is None:
            return self._(
                "Điểm do cơ quan thẩm định quyết định: %(got)s trên %(max)s; quy tắc chưa tính được điểm.",
                got=self.got, max=self.max,
            )  # fmt: skip
        return self._(
            "Điểm do cơ quan thẩm định quyết định: %(got)s trên %(max)s, thay cho điểm theo quy tắc là %(rule)s.",
            got=self.got, max=self.max, rule=self.points(self.reason.by_rule),
        )  # fmt: skip

    def unknown(self) -> str:
        """Which facts are missing."""
        if isinstance(self.rule, rules.Survey) and not any(n.startswith("@") for n in self.reason.missing):
            return self._("Chưa có kết quả điều tra xã hội học.")
        if isinstance(self.rule, rules.External) and not any(n.startswith("@") for n in self.reason.missing):
            return self._("Chưa có kết quả của chỉ số liên quan.")
        names = "; ".join(self.label(name) for name in self.reason.missing)
        return self._("Chưa đủ số liệu, còn thiếu: %(names)s.", names=names)

    def none(self) -> str:
        """A bonus or penalty without facts."""
        if self.part == "penalty":
            return self._("Không có số liệu trừ điểm: trừ 0 điểm.")
        return self._("Không kê khai điểm thưởng: 0 điểm.")

    def not_applicable(self) -> str:
        """Why it does not apply."""
        why = self.reason.why
        if why == "attribute":
            name = self.label(str(self.step["needs"]))
            return self._("Không áp dụng: “%(name)s” là không.", name=name)
        if why == "accepted":
            return self._(
                "Không áp dụng: đề nghị không áp dụng đã được chấp nhận.",
            )
        if why == "option":
            return self._(
                "%(label)s: %(value)s. Không áp dụng, không tính vào điểm tối đa.",
                label=self.labelled(self.rule.input), value=self.fact(self.rule.input),
            )  # fmt: skip
        if why == "when_zero":
            return self.zero_denominator()
        if self.reason.state == "scored":
            return self._(
                "Không tổ chức điều tra xã hội học đối với cơ quan: 0 điểm theo quy định của bộ tiêu chí.",
            )
        return self._(
            "Không áp dụng: không tổ chức điều tra xã hội học đối với cơ quan; chỉ số quy về thang điểm 100.",
        )

    def zero_denominator(self) -> str:
        """What a denominator of 0 means."""
        name = self.labelled(self.rule.over[-1])
        if self.reason.state == "not_applicable":
            return self._("%(name)s bằng 0: không áp dụng.", name=name)
        if self.reason.points:
            return self._(
                "%(name)s bằng 0: đạt điểm tối đa %(max)s.",
                name=name, max=self.max,
            )  # fmt: skip
        return self._("%(name)s bằng 0: 0 điểm.", name=name)
