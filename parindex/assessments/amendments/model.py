"""A set corrected within its year, and what that touches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from parindex.assessments.criteria.published_sets import Published
from parindex.assessments.model import Attached
from parindex.audit.reasoned_decision import ReasonedDecision
from parindex.scoring.law.inputs import Text
from parindex.scoring.versions.crosswalk import Crosswalk


class SetAmendment(msgspec.Struct, frozen=True, kw_only=True):
    """A year went on with a further version of its set."""

    id: UUID
    """UUIDv7."""

    cycle_id: UUID
    """The year."""

    newer_id: UUID
    """The set since."""

    older: str
    """Family and version before."""

    newer: str
    """Family and version since."""

    older_digest: str
    """SHA-256 of the set before."""

    newer_digest: str
    """SHA-256 of the set since."""

    reopened: tuple[str, ...]
    """Leaves of the newer set that are declared anew."""

    retired: tuple[str, ...]
    """Leaves of the older set that are not asked any more."""

    decided: ReasonedDecision
    """By which paper."""

    closes: datetime
    """The first moment at which leaves of sheets that were sent are not taken any more."""

    by_name: str | None
    """Who entered it."""

    at: datetime
    """When."""


class SupersededEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What had been declared of a leaf before a corrected set opened it again."""

    older: Published
    """The set that asked for it then."""

    decision: str
    """Number of the decision by which the set was corrected."""

    at: datetime
    """Until when it stood."""

    max: Decimal
    """Maximum of the leaf then."""

    facts: Mapping[str, str]
    """Declared facts that the leaf took, canonical text by full name."""

    judged: Decimal | None
    """Points that the agency had proposed."""

    inapplicable: bool
    """Whether it had proposed that the leaf does not apply."""

    explanation: str
    """Giải trình."""

    points: Decimal | None
    """Points as declared, where the sheet had been sent."""

    declared_by: str | None
    """Name of who had declared it last."""

    declared_at: datetime | None
    """When."""

    documents: tuple[Attached, ...]
    """What proved it then."""

    @property
    def holds(self) -> bool:
        """Whether anything had been declared."""
        declared = self.facts or self.judged is not None or self.inapplicable
        return bool(declared or self.explanation or self.documents)


class AmendmentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a further version of a set touches in its year."""

    crosswalk: Crosswalk
    """What each leaf became."""

    kept: tuple[str, ...]
    """Leaves that stay as they are, with their points and states."""

    reopened: tuple[str, ...]
    """Leaves of the newer set that are declared anew, in its order."""

    retired: tuple[str, ...]
    """Leaves of the older set that are not asked any more."""

    moved: tuple[tuple[str, str], ...]
    """Leaves that stay as they are and have another code: what nobody can take over within a year."""


class ReopenedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf that a corrected set has opened again and that was not handed in since."""

    sheet_id: UUID
    """The sheet."""

    cycle_id: UUID
    """Its year."""

    code: str
    """The leaf."""

    title: Text
    """Its title in the set of now."""

    agency: str
    """Whose sheet it is, name for narrow columns."""

    own: bool
    """Whether that is the agency itself, which signs and sends; false for its owner body."""

    decision: str
    """Number of the decision by which the set was corrected."""

    at: datetime
    """Since when it is open."""

    closes: datetime | None
    """The first moment that is late; of a sheet that was not sent the year's own deadline holds."""

    sent: bool
    """Whether its sheet was sent, so that it is sent again by itself."""

    declared: bool
    """Whether it was declared since."""


class AmendmentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A decision by which a year is to go on with a further version of its set."""

    cycle_id: UUID
    """The year."""

    set_id: UUID
    """The further version."""

    decided: ReasonedDecision
    """By which paper."""

    last_day: date
    """The last day on which leaves of sheets that were sent are declared anew."""
