"""Sets of communes as offices wrote them go from the annex to a published set through the pages."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient

from tests.api.work.criteria.set_uploads import post_with_file
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
async def test_an_annex_of_communes_becomes_a_published_set(
    client: AsyncClient, signed_in: SignIn, name: str, leaves: int, suggested: int
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
