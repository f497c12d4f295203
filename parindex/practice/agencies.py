"""Invented provinces and appraising bodies: no real one is shown a result that it did not get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from parindex import agencies
from parindex.agencies import NewAgency
from parindex.store.database import Connection

SINCE: Final = date(2025, 1, 1)
"""First day on which the practice agencies exist."""

_NORTH, _CENTRE, _SOUTH = "Miền Bắc", "Miền Trung", "Miền Nam"
REGIONS: Final[Mapping[str, str]] = {_NORTH: "north", _CENTRE: "central", _SOUTH: "south"}
"""Regions as the registry writes them, and as the illustrative sets name them."""

_PROVINCES: Final = (
    ("Thành phố Tân Hải", _NORTH), ("Tỉnh An Khê Mới", _CENTRE), ("Tỉnh Hòa Lâm", _NORTH),
    ("Tỉnh Vĩnh Thạch", _NORTH), ("Tỉnh Lương Xuyên", _SOUTH), ("Tỉnh Phú Khê", _SOUTH),
    ("Tỉnh Cẩm Lộc", _CENTRE), ("Thành phố Đại Phong", _CENTRE), ("Tỉnh Thuận Giang", _SOUTH),
    ("Tỉnh Mường Lĩnh", _NORTH), ("Tỉnh Yên Thọ", _NORTH), ("Tỉnh Kỳ Nam", _CENTRE),
    ("Tỉnh Xuân Trạch", _NORTH), ("Tỉnh Sông Lũng", _NORTH), ("Tỉnh Ia Đrông", _CENTRE),
    ("Tỉnh Bắc Sơn Hạ", _NORTH), ("Tỉnh Ngọc Lũng", _NORTH), ("Tỉnh Tây Lâm", _CENTRE),
    ("Tỉnh Trường Khê", _CENTRE), ("Tỉnh Bình Lạc Giang", _SOUTH), ("Tỉnh Hưng Trạch", _SOUTH),
    ("Tỉnh Thạch Giang", _CENTRE), ("Tỉnh Đại Lãnh Sơn", _CENTRE), ("Tỉnh Sa Khê", _SOUTH),
    ("Thành phố Mỹ Trạch", _SOUTH), ("Tỉnh Cửa Lâm", _CENTRE), ("Tỉnh Vạn Xuyên", _NORTH),
    ("Tỉnh Phước Lĩnh", _SOUTH), ("Tỉnh An Hải Tây", _SOUTH), ("Tỉnh Hoàng Khê", _NORTH),
    ("Tỉnh Ea Sương", _CENTRE), ("Tỉnh Krông Lâm", _CENTRE), ("Thành phố Diên Phong", _SOUTH),
    ("Tỉnh Thanh Lũng", _NORTH),
)  # fmt: skip

NAMES: Final[Mapping[str, str]] = {
    f"P{place:02d}": name.removeprefix("Tỉnh ").replace("Thành phố ", "TP ")
    for place, (name, _) in enumerate(_PROVINCES, start=1)
}
"""Names for narrow columns by code: ``TP Tân Hải``, ``Hòa Lâm``."""

_BODIES: Final[Mapping[str, str]] = {
    "home-affairs": "Cơ quan thẩm định nội vụ (mô phỏng)",
    "justice": "Cơ quan thẩm định tư pháp (mô phỏng)",
    "government-office": "Cơ quan thẩm định thủ tục hành chính (mô phỏng)",
    "finance": "Cơ quan thẩm định tài chính (mô phỏng)",
    "science-technology": "Cơ quan thẩm định chuyển đổi số (mô phỏng)",
}


async def seed_provinces(connection: Connection, *, by: str = "system") -> dict[str, UUID]:
    """Enter the 34 invented provinces; gives their ids by code ``P01`` … ``P34``."""
    new = [
        NewAgency(
            code=code, name_vi=name, short_name=NAMES[code], tier="province", region=region,
            official_order=place, valid_from=SINCE,
        )
        for place, (code, (name, region)) in enumerate(zip(NAMES, _PROVINCES, strict=True), start=1)
    ]  # fmt: skip
    ids = await agencies.add_all(connection, new, by=by)
    return {agency.code: agency_id for agency, agency_id in zip(new, ids, strict=True)}


async def seed_bodies(connection: Connection, *, by: str = "system") -> dict[str, UUID]:
    """Enter the bodies that appraise; gives their ids by the name that criteria sets call them."""
    new = [
        NewAgency(code=f"TD-{place}", name_vi=name, tier="department", valid_from=SINCE)
        for place, name in enumerate(_BODIES.values(), start=1)
    ]
    ids = await agencies.add_all(connection, new, by=by)
    return dict(zip(_BODIES, ids, strict=True))


def attributes(code: str) -> dict[str, str]:
    """What the illustrative sets ask of a province itself; every fifth has no economic zone."""
    place = int(code.lstrip("P"))
    return {
        "region": REGIONS[_PROVINCES[place - 1][1]],
        "has_economic_zone": "false" if place % 5 == 0 else "true",
    }
