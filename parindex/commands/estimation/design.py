"""A design file as values: the sample, its weights, and what is estimated from it."""

from __future__ import annotations

from typing import Final

import msgspec

from parindex.commands.estimation.weight_choices import CalibrationChoice, NonresponseChoice, TrimmingChoice


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of ``estimates``."""

    statistic: str
    """``mean``, ``share``, ``total``, ``ratio``, ``quantile`` or ``index``."""
    of: tuple[str, ...]
    """Columns: one estimate each; of a ratio numerator and denominator; of an index its items."""
    values: tuple[str, ...] = ()
    """Values that a share or an index counts, as written."""
    weights: dict[str, float] | None = None
    """What each item of an index weighs; ``None``: all the same."""
    p: tuple[float, ...] = ()
    """Shares below the quantiles, 0 to 1."""
    rule: str = "math"
    """Definition of the quantiles."""
    by: tuple[str, ...] = ()
    """Columns that cross to domains."""
    covariance: bool = False
    """Whether the covariance of all estimates of the entry is given."""

    @property
    def counts(self) -> bool:
        """Whether answers are counted, 1 where one of the values stands and 0 where another does."""
        return self.statistic in ("share", "index")

    @property
    def constants(self) -> dict[str, float]:
        """The items of an index that weigh anything, with their parts of 1."""
        weights = dict.fromkeys(self.of, 1.0) if self.weights is None else self.weights
        total = sum(weights.values())
        return {name: weights[name] / total for name in self.of if weights[name] > 0}


class ReplicateChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How replicate weights are made or where they stand."""

    method: str
    """``jk1``, ``jkn``, ``brr``, ``fay``, ``rao-wu`` or ``given``."""
    rho: float = 0.0
    """Fay's ρ, 0 to below 1."""
    count: int = 0
    """Replicates of ``rao-wu``."""
    seed: int = 0
    """Seed of ``rao-wu``."""
    columns: tuple[str, ...] = ()
    """Columns of given replicate weights."""
    prefix: str = ""
    """What the names of the columns of given replicate weights begin with."""
    factors: bool = False
    """Whether the columns are factors of the weights."""
    scale: float = 1.0
    """What the sum of squares is multiplied by."""
    rscales: tuple[float, ...] = ()
    """What each replicate's square is multiplied by; 1 where not given."""
    mse: bool = False
    """Whether squares are about the full-sample estimate."""


REPLICATE_KEYS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "jk1": ((), ()),
    "jkn": ((), ()),
    "brr": ((), ()),
    "fay": (("rho",), ()),
    "rao-wu": (("count", "seed"), ()),
    "given": ((), ("columns", "prefix", "factors", "scale", "rscales")),
}
"""Keys that a method of replication needs, and those that it may have."""


class DesignFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A design file that was read and checked."""

    source: str = ""
    """What the file is called."""
    weights: str
    """Column of the weights."""
    strata: str | None = None
    """Column of the strata of the first stage."""
    stages: tuple[str, ...] = ()
    """Cluster columns, first stage first."""
    fpc: tuple[str, ...] = ()
    """Columns of population counts, first stage first."""
    chosen: int = 0
    """Stages that were chosen and not drawn, from the first."""
    collapse: dict[str, tuple[str, ...]] = {}
    """Strata that are joined, by the name of the stratum that they become."""
    lonely_psu: str = "fail"
    """What one unit of a stratum contributes."""
    missing_values: dict[str, tuple[str, ...]] = {}
    """What stands for no answer, by column; under an empty name in every item, words in every column."""
    missing: str = "available"
    """``available`` (each item on its own) or ``listwise``."""
    level: float = 0.95
    """Coverage of the intervals."""
    interval: str = "auto"
    """``auto``, ``t``, ``normal``, ``logit`` or ``beta``."""
    icc: float = 0.05
    """How alike the answers of one PSU are, where a share of 0 or 1 leaves nothing to tell it from."""
    replicates: ReplicateChoice | None = None
    """Replicate weights instead of linearisation."""
    nonresponse: NonresponseChoice | None = None
    """Adjustment for non-response, the first step."""
    calibration: CalibrationChoice | None = None
    """Calibration of the weights, the second step."""
    trimming: TrimmingChoice | None = None
    """Trimming of the weights, the last step."""
    estimates: tuple[Wanted, ...] = ()
    """What is estimated; a file that only weighs has none."""

    @property
    def sampled_by(self) -> tuple[str, ...]:
        """Columns that say how the sample was drawn: the sheet that has them is the one of the data."""
        return (self.weights, *([] if self.strata is None else [self.strata]), *self.stages, *self.fpc)
