"""A page before a deed that was left open in another tab does the deed no second time."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from httpx import AsyncClient

from parindex.api.shared.services import Services
from parindex.text import TIME_ZONE
from tests.conftest import post_checked, post_form
from tests.publication.corrected_years import first_edition

SignIn = Callable[..., Awaitable[UUID]]


async def test_a_page_from_before_a_correction_that_was_given_up_does_not_reopen_the_year_again(
    services: Services, client: AsyncClient, signed_in: SignIn
) -> None:
    published = await first_edition(services.db, services.keys)
    here = f"/work/years/{published.year.cycle}"
    paper = {"number": "30/QĐ-HĐ", "date": f"{datetime.now(TIME_ZONE):%d/%m/%Y}", "reason": "Sai số liệu."}
    await signed_in("secretary")
    old = re.findall(r'name="shown" value="([^"]*)"', (await client.get(f"{here}/reopen")).text)[0]
    assert (await post_form(client, f"{here}/reopen", **paper, shown=old)).status_code == 303
    assert (await post_form(client, f"{here}/give-up-correction", reason="Số liệu đúng.")).status_code == 303
    again = await post_form(client, f"{here}/reopen", **paper, shown=old)
    assert again.status_code in (409, 422)
    assert await published.state() == "published"
    assert "theo quyết định 30/QĐ-HĐ và kết thúc không có ấn bản mới" in again.text
    unticked = re.findall(r'name="shown" value="([^"]*)"', again.text)[0]
    assert (await post_form(client, f"{here}/reopen", **paper, shown=unticked)).status_code == 422
    assert (await post_checked(client, f"{here}/reopen", **paper)).status_code == 303
    assert await published.state() == "correction"
