"""The ministries of 2023: a real result, imported with its source and published as it was printed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from parindex import agencies, scoring
from parindex.access.tenants import Tenant
from parindex.agencies import NewAgency
from parindex.assessments.criteria import published_sets
from parindex.assessments.cycles import steps
from parindex.places import data_folder
from parindex.publication import known_keys, publish, queries
from parindex.publication.keys import SigningKeys
from parindex.publication.model import EditionDecision, EditionRow
from parindex.rankings import imported, years
from parindex.store.database import Connection

FAMILY: Final = "par-index"
YEAR: Final = 2023
TIER: Final = "ministry"
ANNOUNCED: Final = date(2024, 4, 17)
SOURCE: Final = (
    "Kết quả Chỉ số cải cách hành chính năm 2023 của các bộ, cơ quan ngang bộ, công bố ngày 17/04/2024 "
    "(Bộ Nội vụ); điểm thẩm định, điểm điều tra xã hội học và chỉ số như đã in."
)

CODES: Final = {
    "Bộ Tư pháp": "BTP",
    "Ngân hàng Nhà nước Việt Nam": "NHNN",
    "Bộ Tài chính": "BTC",
    "Bộ Nội vụ": "BNV",
    "Bộ Tài nguyên và Môi trường": "BTNMT",
    "Bộ Nông nghiệp và Phát triển Nông thôn": "BNNPTNT",
    "Bộ Xây dựng": "BXD",
    "Bộ Giao thông vận tải": "BGTVT",
    "Bộ Thông tin và Truyền thông": "BTTTT",
    "Bộ Lao động - Thương binh và Xã hội": "BLDTBXH",
    "Bộ Văn hóa, Thể thao và Du lịch": "BVHTTDL",
    "Bộ Giáo dục và Đào tạo": "BGDDT",
    "Bộ Khoa học và Công nghệ": "BKHCN",
    "Bộ Kế hoạch và Đầu tư": "BKHDT",
    "Bộ Y tế": "BYT",
    "Bộ Ngoại giao": "BNG",
    "Bộ Công Thương": "BCT",
}
"""Usual abbreviations; the source gives names only."""

_DATA: Final = Path(__file__).parent / "data" / "ministries-2023.csv"


async def load(connection: Connection, tenant: Tenant, keys: SigningKeys, *, by: str = "system") -> EditionRow:
    """Import and publish the year; where it is published already, nothing happens."""
    done = await queries.current(connection, FAMILY, YEAR, TIER)
    if done is not None:
        return done
    path = data_folder("criteria") / "par-index-cap-bo" / "2023.yaml"
    criteria_set = scoring.load(path)
    rows = imported.read(_DATA.read_bytes())
    set_id = await published_sets.publish(connection, criteria_set, source=path.read_text(), by=by)
    ids = await agencies.add_all(
        connection,
        [
            NewAgency(
                code=CODES[row.name], name_vi=row.name, tier=TIER,
                valid_from=date(YEAR, 1, 1), valid_to=date(YEAR + 1, 1, 1),
            )
            for row in rows
        ],
        by=by,
    )  # fmt: skip
    cycle_id = await steps.create(
        connection, family=FAMILY, year=YEAR, tier=TIER, criteria_set_id=set_id, bodies={}, marked="imported", by=by,
        participants=[steps.Participant(agency_id=agency_id) for agency_id in ids],
    )  # fmt: skip
    given = imported.given(rows, CODES, criteria_set, family=FAMILY, year=YEAR, source=SOURCE)
    computation = await years.store(connection, cycle_id, given, by=by)
    edition = await publish.store(
        connection, tenant, await known_keys.made(connection, keys, tenant, by="system"), computation,
        EditionDecision(number=None, date=ANNOUNCED, signer=None), by=by, tag="publication:edition:import",
    )  # fmt: skip
    cycle = await steps.locked(connection, cycle_id)
    for state in ("consolidation", "approval", "published"):
        cycle = await steps.step(connection, cycle, state, by=by)
    return edition
