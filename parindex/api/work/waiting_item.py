"""What waits for a person, as a row of the work list."""

from __future__ import annotations

from datetime import datetime

import msgspec

from parindex.api.shared.countdown import Countdown


class WaitingItem(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the person."""

    title: str
    """What it is."""

    href: str
    """Where it is."""

    verb: str
    """What is to be done there."""

    since: datetime | None
    """From when on it waits."""

    note: str = ""
    """How far it is, or what is asked."""

    state: str | None = None
    """Its chip."""

    state_text: str = ""
    """The state in words."""

    returned: str | None = None
    """Why it was sent back."""

    fault: str | None = None
    """For which formal fault the council's office gave it back."""

    count: Countdown | None = None
    """Until its deadline."""
