"""What a year is computed by, as it stands in the year itself."""

from __future__ import annotations

from typing import Literal

import msgspec

from parindex.rankings.registry_documents import MergerDocument, SetChangeDocument


class MethodsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What decides a number of the year beside its facts and estimates."""

    interval: Literal["auto"]
    """Intervals of estimates: ``auto`` is logit for shares and indices, Clopper–Pearson where one is 0 or 1."""

    join: Literal["mover"]
    """How the intervals of several surveys make that of an index (Zou & Donner 2008)."""

    gate: int
    """An agency is placed where every estimate of its index has as many degrees of freedom."""

    noise: Literal["per_unit, holm_t"]
    """How errors enter rank sets: a χ² an agency; pairwise t with Holm where any two share respondents or raters."""

    quantile: Literal["order"]
    """The critical value is the ⌈level·(draws + 1)⌉-th smallest of the draws."""

    lonely: dict[str, str]
    """By instrument that was computed here: what one unit of a stratum contributed to its variances."""

    leaf: tuple[str, ...]
    """Members of a node of ``results``."""

    zero: Literal["unplaced"] | None = None
    """An error of 0 with degrees of freedom was estimated and is no certainty: the agency is not compared. Absent: known."""

    mean_error: Literal["carried"] | None = None
    """The sampling error of a weighted mean is that of its parts, each by its weight. Absent: none is claimed for a mean."""

    mergers: tuple[MergerDocument, ...] = ()
    """Agencies that ended while the year was open, in the order in which they did; absent: none."""

    set_changes: tuple[SetChangeDocument, ...] = ()
    """How the criteria set was corrected while the year was open, the earliest first; absent: it was not."""

    @property
    def unranked(self) -> frozenset[str]:
        """Codes of agencies that are scored and not ranked because they ended."""
        return frozenset(code for one in self.mergers for code in one.unranked)

    @property
    def means(self) -> dict[str, MergerDocument]:
        """By code, the merger of which an agency has the weighted mean."""
        return {code: one for one in self.mergers if one.treatment == "weighted" for code in one.successors}
