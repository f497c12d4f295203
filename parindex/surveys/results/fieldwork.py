"""What stays of how and when the answers of a locked round came: counts, and no answer that tells its own.

The lock makes them by stratum, each of at least the minimum (migration 0027): the days of a stratum become an early, a
middle and a late part, as even as they can be, or two, or none; ways that too few took are counted together. Here they
are added over the strata: beside a stratum's name its number of answers would tell which number it has in the exact file.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from parindex.errors import N_
from parindex.store.database import Connection
from parindex.surveys.results import queries

PARTS: Final[dict[str | None, str]] = {
    "early": N_("đầu đợt"),
    "middle": N_("giữa đợt"),
    "late": N_("cuối đợt"),
    None: N_("không tách theo thời gian"),
}
"""Parts of the days, of each stratum's own; ``None``: a stratum with too few answers for two."""

WAYS: Final[dict[str, str]] = {
    "web": N_("tự trả lời trên mạng"),
    "kiosk": N_("tại máy đặt ở trụ sở"),
    "interview": N_("phỏng vấn trực tiếp"),
    "phone": N_("qua điện thoại"),
    "post": N_("gửi bản giấy"),
    "peer": N_("từ hệ thống khác"),
    "merged": N_("gộp các cách có ít phiếu"),
}
"""Ways in which answers come."""


class FieldworkCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What a locked round tells of its field work."""

    parts: dict[str | None, int]
    """Answers by a name of :data:`PARTS`."""

    ways: dict[str, int]
    """Answers by a name of :data:`WAYS`."""


async def counts(connection: Connection, round_id: UUID) -> FieldworkCounts:
    """What a locked round tells; nothing of a round that is not locked."""
    rows = await queries.fieldwork(connection, round_id)
    return FieldworkCounts(
        parts={row["told"]: int(row["responses"]) for row in rows if row["what"] == "part"},
        ways={row["told"]: int(row["responses"]) for row in rows if row["what"] == "way"},
    )
