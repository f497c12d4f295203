"""Sets of communes as offices wrote them go from the annex to an open year through the pages."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.agencies import NewAgency, add_all
from parindex.store.database import Database
from tests.api.work.criteria.set_uploads import post_with_file
from tests.api.work.years.test_drafting import DAYS
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

DATA = Path(__file__).parents[3] / "criteria_workbook" / "data"
BODIES = {
    "commune-par-tphcm-2026.csv": ["I", "II", "III", "III.2.1", "III.2.2", "III.2.3", "III.2.4"],
    "commune-dti-tayninh-2025.csv": ["1", "2", "3", "4", "5", "6"],
}


@pytest.mark.parametrize(
    ("name", "leaves", "suggested"), [("commune-par-tphcm-2026.csv", 81, 47), ("commune-dti-tayninh-2025.csv", 62, 0)]
)
async def test_an_annex_of_communes_becomes_a_published_set_and_a_year_is_opened_with_it(
    client: AsyncClient, signed_in: SignIn, communes: dict[str, UUID], name: str, leaves: int, suggested: int
) -> None:
    year = name[-8:-4]
    await signed_in("index_manager")
    fields = {"family": "Cấp xã", "version": f"{year}.1", "tier": "commune", "year": year}
    content = (DATA / name).read_bytes()
    lacking = await post_with_file(client, "/work/criteria/new", name, content, **{**fields, "tier": ""})
    assert lacking.status_code == 422
    begun = await post_with_file(client, "/work/criteria/new", name, content, **fields)
    assert begun.status_code == 303, begun.text
    path = begun.headers["location"]
    assert f"{leaves} tiêu chí thành phần" in (await client.get(path)).text
    targets = (await client.get(f"{path}/rules")).text
    codes = re.findall(r'name="take" value="([^"]+)"', targets)
    assert len(codes) == suggested
    if codes:
        assert (await post_form(client, f"{path}/rules", take=codes)).status_code == 303
        assert "&gt;95%" in targets
        assert re.findall(r'name="take" value="([^"]+)"', (await client.get(f"{path}/rules")).text) == []
    assert (await post_checked(client, f"{path}/submit")).status_code == 409
    bodies = {f"body:{code}": "home-affairs" for code in BODIES[name]}
    assert (await post_form(client, f"{path}/appraisers", **bodies)).status_code == 303
    assert (await post_checked(client, f"{path}/submit")).status_code == 303
    await signed_in("approver")
    assert (await post_checked(client, f"{path}/approve")).status_code == 303
    done = await post_checked(client, f"{path}/publish", number="01/QĐ-UBND", date="02/11/2026")
    assert done.status_code == 303, done.text
    assert (await client.get(f"/criteria/cap-xa/{year}.1")).status_code == 200
    await opened(client, signed_in, communes, year, done.headers["location"].rsplit("/", 1)[-1], leaves)


async def opened(
    client: AsyncClient, signed_in: SignIn, communes: dict[str, UUID], year: str, set_id: str, leaves: int
) -> None:
    """A year of communes is made with the set, opened, and one of them finds every leaf on its sheet."""
    await signed_in("index_manager", "secretary")
    made = await post_form(
        client, "/work/years/new", source=["other"], year=year, family="par-index", **DAYS, **{"set:other": set_id}
    )
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    named = {"body:home-affairs": "SNV", "substitute:home-affairs": "STC"}
    assert (await post_form(client, f"{path}/bodies", **named)).status_code == 303
    cycle = path.split("/")[3]
    done = await post_checked(client, f"/work/cycles/{cycle}/open")
    assert (done.status_code, done.headers.get("location")) == (303, f"/work/cycles/{cycle}"), done.text
    await signed_in("specialist", agency_id=communes["X01"])
    work = (await client.get("/work")).text
    sheet = re.search(r'href="(/work/sheets/[0-9a-f-]+)"', work)
    assert sheet
    shown = (await client.get(sheet[1])).text
    assert len(set(re.findall(rf'href="{sheet[1]}/([^"/?#]+)"', shown)) - {"receipt", "hand-in"}) >= leaves


@pytest.fixture
async def communes(db: Database, tenant: UUID) -> dict[str, UUID]:
    """Two communes and the departments that appraise them."""
    new = [
        *(NewAgency(code=code, name_vi=f"Sở {code}", tier="department") for code in ("SNV", "STC")),
        *(NewAgency(code=code, name_vi=f"Xã {code}", tier="commune") for code in ("X01", "X02")),
    ]
    async with db.transaction(tenant) as connection:
        ids = await add_all(connection, new, by="system")
    return {one.code: one_id for one, one_id in zip(new, ids, strict=True)}


DISTRICT = ("20,5", "10", "10", "6", "10,05", "6", "14", "9", "14")
"""Maxima of the nine areas that a district office printed in 2019 above a total of 100; they add to 99,55."""


async def test_areas_alone_are_judged_whole_and_a_total_that_does_not_add_up_is_told(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    rows = "".join(f'{code},Lĩnh vực {code},"{most}"\n' for code, most in enumerate(DISTRICT, 1))
    content = f"STT,Tiêu chí,Điểm tối đa\n{rows},Tổng cộng,100\n"
    fields = {"family": "Phòng cấp huyện", "version": "2019.1", "tier": "district", "year": "2019"}
    begun = await post_with_file(client, "/work/criteria/new", "phong.csv", content.encode(), **fields)
    assert begun.status_code == 303, begun.text
    shown = (await client.get(begun.headers["location"])).text
    assert re.search(r"99,55[^<]*100|100[^<]*99,55", shown)
    assert (await post_checked(client, f"{begun.headers['location']}/submit")).status_code == 409
