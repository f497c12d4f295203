"""What was typed into a form of the registry is kept until it is done, and forgotten then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.store.database import Database
from tests.assessments.conftest import Year, open_year
from tests.conftest import post_checked, post_form

SignIn = Callable[..., Awaitable[UUID]]

NEW = {
    "code": "MM", "name_vi": "Tỉnh Mai Mộc", "tier": "province", "day": "01/07/2025", "number": "1/NQ", "date": "02/06/2025",
}  # fmt: skip


@pytest.fixture
async def year(db: Database, tenant: UUID) -> Year:
    return await open_year(db, tenant)


async def keep(client: AsyncClient, form: str, **fields: str) -> None:
    kept = await post_form(client, "/work/drafts", _form=form, **fields)
    assert kept.status_code == 204, kept.text


async def test_an_agency_that_was_typed_halfway_stands_in_its_form_until_it_is_entered(
    client: AsyncClient, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = "/work/agencies/new"
    empty = (await client.get(path)).text
    assert f'data-draft="{path}"' in empty
    assert "Nhập dở lúc" not in empty
    await keep(client, path, name_vi="Tỉnh Mai Mộc", code="MM")
    back = (await client.get(path)).text
    assert "Nhập dở lúc" in back
    assert 'value="Tỉnh Mai Mộc"' in back
    await signed_in("index_manager")
    assert "Tỉnh Mai Mộc" not in (await client.get(path)).text


async def test_it_is_forgotten_once_it_is_done(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("index_manager")
    path = "/work/agencies/new"
    await keep(client, path, **NEW)
    done = await post_form(client, path, **NEW)
    assert done.status_code == 303, done.text
    assert "Nhập dở lúc" not in (await client.get(path)).text


async def test_a_merger_that_was_typed_halfway_is_given_back_and_forgotten_once_it_is_done(
    client: AsyncClient, year: Year, signed_in: SignIn
) -> None:
    await signed_in("index_manager")
    path = "/work/agencies/BNV/merge"
    typed = {
        "others": "BTP",
        "code": "BM",
        "name_vi": "Bộ Mới",
        "day": "01/03/2026",
        "number": "2/NQ",
        "date": "02/02/2026",
    }
    await keep(client, path, **typed)
    back = (await client.get(path)).text
    assert 'value="Bộ Mới"' in back
    assert "data-draft-token=" in back
    assert (
        '_csrf_token"' not in back.split('id="registry-form"', 1)[1].split("</form>", 1)[0]
    )  # it would stand in the address
    done = await post_checked(client, f"{path}/check?" + urlencode(typed))
    assert done.status_code == 303, done.text
    assert "Nhập dở lúc" not in (await client.get(path)).text
