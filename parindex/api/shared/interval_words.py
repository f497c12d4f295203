"""Which kind the intervals of a page are, in one sentence below them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from parindex.text import N_, Language, translator

KINDS: Final[dict[str, str]] = {
    "logit": N_("thang logit"),
    "clopper-pearson": N_("Clopper–Pearson nơi tỷ lệ bằng 0 hoặc 100"),
    "mover": N_("ghép từ khoảng của từng cuộc khảo sát (MOVER)"),
    "carried": N_("hai đầu khoảng của ước lượng đưa qua quy tắc chấm theo bậc"),
    "t": N_("phân phối Student (t)"),
}
"""By the name that files give it, in the order in which they are told."""


def interval_note(kinds: Iterable[str | None], lang: Language) -> str | None:
    """The sentence for the kinds that a page shows; none where it shows no interval.

    >>> interval_note(["clopper-pearson", None, "logit"], "vi")
    'Loại khoảng tin cậy: thang logit; Clopper–Pearson nơi tỷ lệ bằng 0 hoặc 100.'
    """
    shown = set(kinds)
    told = [translator(lang)(words) for kind, words in KINDS.items() if kind in shown]
    return translator(lang)(N_("Loại khoảng tin cậy: %(kinds)s."), kinds="; ".join(told)) if told else None
