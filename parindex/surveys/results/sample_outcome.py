"""What became of a round's sample: which communes answered, which stayed silent, and what of that leaves the house.

A silent commune was drawn and nobody in it answered: non-response. It leaves the design (n_h counts those that answered)
and has no line in the file of answers; it stands here, by name. What stands beside a commune is only whether it answered:
with how many answers, or by which chance it was drawn, it would be known again among the numbers of that file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, Literal
from uuid import UUID

import msgspec

from parindex.errors import N_
from parindex.papers.csv_file import csv_bytes
from parindex.surveys.model import UnitProgress

Disposition = Literal["answered", "silent", "awaited"]
SilentReason = Literal["not_invited", "no_answer"]

SILENT_REASONS: Final[dict[SilentReason | None, str]] = {
    "not_invited": N_("chưa tạo mã trả lời"),
    "no_answer": N_("đã tạo mã, không có phiếu"),
}
"""Why a commune stayed silent, as far as the round tells."""

LONELY_RULES: Final = {
    "average": N_("lấy trung bình của các tầng khác"),
    "adjust": N_("tính độ lệch so với 0 (adjust)"),
    "certainty": N_("không tính phương sai (certainty)"),
    "remove": N_("không tính phương sai (remove)"),
}
"""What the only commune of a stratum contributes to a variance, in words."""

SAMPLE_COLUMNS: Final = (
    "agency", "stratum", "psu", "psu_name", "psu_population", "psu_drawn", "disposition", "reason",
)  # fmt: skip
QUALITY_COLUMNS: Final = (
    "stratum", "agency", "psu_population", "psus_drawn", "psus_answered", "psus_silent", "silent",
)  # fmt: skip


class Commune(msgspec.Struct, frozen=True, kw_only=True):
    """A commune that was drawn."""

    agencies: tuple[str, ...]
    """Codes of the agencies about which people in it are asked."""

    stratum: str
    """Its stratum."""

    psu: str
    """Its code, unique in the stratum."""

    name: str
    """Its name."""

    population: int
    """Communes in the stratum."""

    drawn: int
    """Communes drawn in the stratum, by the plan."""

    disposition: Disposition
    """Whether anybody in it answered; ``awaited`` while the round may still take answers."""

    reason: SilentReason | None
    """Why nobody did, as far as the round tells."""


class StratumOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The communes of one stratum."""

    stratum: str
    """The stratum."""

    agencies: tuple[str, ...]
    """Codes of the agencies about which people in it are asked."""

    population: int
    """Communes in it."""

    drawn: int
    """Communes in the sample."""

    answered: int
    """Communes from which an answer came."""

    silent: tuple[Commune, ...]
    """The others, while the round is open those from which none has come yet."""

    @property
    def lonely(self) -> bool:
        """Whether one commune answers for the whole stratum."""
        return self.answered == 1


def communes(units: Sequence[UnitProgress], codes: Mapping[UUID, str], *, closed: bool) -> tuple[Commune, ...]:
    """The communes of a sample, by stratum and code.

    Args:
        units: What came back from every village.
        codes: Codes of the agencies by id, in the official order.
        closed: Whether no more answers come: what has none is silent then.
    """
    without: Disposition = "silent" if closed else "awaited"

    def place(each: UnitProgress) -> tuple[str, str]:
        return each.unit.stratum, each.unit.psu

    found = []
    for _, villages in groupby(sorted(units, key=place), place):
        own = list(villages)
        first, invited = own[0].unit, sum(each.invited for each in own)
        answered = any(each.answered for each in own)
        asked = {each.unit.agency_id for each in own}
        found.append(
            Commune(
                agencies=tuple(code for agency, code in codes.items() if agency in asked),
                stratum=first.stratum,
                psu=first.psu,
                name=first.psu_name,
                population=first.psu_population,
                drawn=first.psu_drawn,
                disposition="answered" if answered else without,
                reason=None if answered or not closed else "no_answer" if invited else "not_invited",
            )
        )
    return tuple(found)


def strata(drawn: Sequence[Commune]) -> tuple[StratumOutcome, ...]:
    """The same by stratum."""
    found = []
    for stratum, members in groupby(drawn, lambda commune: commune.stratum):
        own = tuple(members)
        silent = tuple(commune for commune in own if commune.disposition != "answered")
        found.append(
            StratumOutcome(
                stratum=stratum,
                agencies=tuple(dict.fromkeys(code for commune in own for code in commune.agencies)),
                population=own[0].population,
                drawn=len(own),
                answered=len(own) - len(silent),
                silent=silent,
            )
        )
    return tuple(found)


def sample_csv(drawn: Sequence[Commune]) -> bytes:
    """A row a commune that was drawn, with what became of it."""
    return csv_bytes(
        SAMPLE_COLUMNS,
        [
            (
                " ".join(each.agencies), each.stratum, each.psu, each.name, each.population, each.drawn,
                each.disposition, each.reason,
            )
            for each in drawn
        ],
    )  # fmt: skip


def quality_csv(outcomes: Sequence[StratumOutcome]) -> bytes:
    """A row a stratum: how many communes were drawn, answered and stayed silent, the silent by name."""
    return csv_bytes(
        QUALITY_COLUMNS,
        [
            (
                each.stratum, " ".join(each.agencies), each.population, each.drawn, each.answered, len(each.silent),
                "; ".join(commune.name for commune in each.silent) or None,
            )
            for each in outcomes
        ],
    )  # fmt: skip
