"""What a leaf asks beside its facts, and what an appraiser has to look at, in the words of an official."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parindex import text
from parindex.scoring import Criterion
from parindex.text import N_, Language, translator

FLAGS: Final[Mapping[str, str]] = {
    "over_whole": N_("Tử số lớn hơn mẫu số: cần xem lại số liệu."),
    "waived": N_("Mẫu số kê khai bằng 0 nên tiêu chí không tính vào điểm tối đa: cần cơ quan thẩm định chấp thuận."),
}
"""By flag of a leaf's result."""


def flag_text(flag: str, lang: Language) -> str:
    """What an appraiser has to look at."""
    return translator(lang)(FLAGS[flag])


def proof_text(criterion: Criterion, body: str | None, lang: Language) -> str:
    """When evidence must be issued and who confirms the fact; empty where the set says neither.

    Args:
        criterion: The leaf.
        body: What the confirming body is called; ``None`` where nobody is named for it.
        lang: The reader's language.
    """
    _ = translator(lang)
    first, last = (
        None if day is None else text.date_text(day, lang) for day in (criterion.evidence_from, criterion.evidence_to)
    )
    told = []
    if first and last:
        told.append(_("Tài liệu ban hành từ %(first)s đến %(last)s.", first=first, last=last))
    elif first:
        told.append(_("Tài liệu ban hành từ %(first)s.", first=first))
    elif last:
        told.append(_("Tài liệu ban hành chậm nhất %(last)s.", last=last))
    if criterion.confirmed_by is not None:
        told.append(_("Số liệu do %(body)s xác nhận.", body=body or criterion.confirmed_by))
    return " ".join(told)
