"""What a ranking is called, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from parindex.publication.publish import FAMILY
from parindex.rankings.model import YearSources
from parindex.text import N_

INDEX: Final = N_("Chỉ số cải cách hành chính")

RANKINGS: Final[dict[str, str]] = {
    "ministry": N_("Xếp hạng %(index)s các bộ, cơ quan ngang bộ năm %(year)s"),
    "province": N_("Xếp hạng %(index)s cấp tỉnh năm %(year)s"),
    "department": N_("Xếp hạng %(index)s các sở, ban, ngành năm %(year)s"),
    "district": N_("Xếp hạng %(index)s cấp huyện năm %(year)s"),
    "commune": N_("Xếp hạng %(index)s cấp xã năm %(year)s"),
}

SHORT: Final[dict[str, str]] = {
    "ministry": N_("Các bộ, cơ quan ngang bộ năm %(year)s"),
    "province": N_("Cấp tỉnh năm %(year)s"),
    "department": N_("Các sở, ban, ngành năm %(year)s"),
    "district": N_("Cấp huyện năm %(year)s"),
    "commune": N_("Cấp xã năm %(year)s"),
}


def index(family: str, translate: Callable[..., str]) -> str:
    """The index that a family measures; a family of the tenant's own is shown by its code."""
    return translate(INDEX) if family == FAMILY else family


def ranking(given: YearSources, translate: Callable[..., str]) -> str:
    """``Xếp hạng Chỉ số cải cách hành chính cấp tỉnh năm 2025``."""
    return translate(RANKINGS[given.tier], index=index(given.family, translate), year=given.year)


def short(family: str, year: int, tier: str, translate: Callable[..., str]) -> str:
    """``Cấp tỉnh năm 2025``; of another family with its name before."""
    plain = translate(SHORT[tier], year=year)
    return plain if family == FAMILY else f"{index(family, translate)}: {plain}"


def sheet(family: str, year: int, translate: Callable[..., str]) -> str:
    """``Phiếu tự đánh giá năm 2025``; of another family with its name before, as two may be open in one year."""
    plain = translate(N_("Phiếu tự đánh giá năm %(year)s"), year=year)
    return plain if family == FAMILY else f"{index(family, translate)}: {plain}"
