"""The page that moves the last day of a survey round: until when, by which paper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.store.database import Database
from parindex.surveys.rounds import lock
from tests.conftest import post_form
from tests.surveys.survey_fields import Field

SignIn = Callable[..., Awaitable[UUID]]

FORM = {"last_day": "05/01/2100", "number": "20/QĐ-KS", "date": "20/11/2026", "reason": "Bão làm gián đoạn"}


def page(field: Field) -> str:
    return f"/work/surveys/{field.round.id}/extend"


@pytest.mark.parametrize("role", ["secretary", "index_manager"])
async def test_an_extension_is_entered_and_shown_with_the_day_before(
    client: AsyncClient, signed_in: SignIn, field: Field, role: str
) -> None:
    await signed_in(role)
    assert page(field) in (await client.get(f"/work/surveys/{field.round.id}")).text
    assert "Nhận phiếu đến: 31/12/2099" in (await client.get(page(field))).text
    done = await post_form(client, page(field), **FORM)
    assert (done.status_code, done.headers["location"]) == (303, page(field))
    shown = (await client.get(page(field))).text
    assert "Nhận phiếu đến: 05/01/2100" in shown
    assert "31/12/2099 → 05/01/2100" in shown
    assert "Quyết định 20/QĐ-KS ngày 20/11/2026" in shown


async def test_everything_that_is_wrong_is_told_at_its_field_and_what_was_typed_stays(
    client: AsyncClient, signed_in: SignIn, field: Field
) -> None:
    await signed_in("secretary")
    refused = await post_form(client, page(field), last_day="30/02/2100", number="", date="", reason="Bão")
    assert refused.status_code == 422
    for name in ("last_day", "number", "date"):
        assert f'id="{name}-error"' in refused.text
    assert "Bão" in refused.text
    early = await post_form(client, page(field), **{**FORM, "last_day": "31/12/2099"})
    assert "Ngày hết hạn mới phải sau ngày 31/12/2099." in early.text
    assert "→" not in (await client.get(page(field))).text


@pytest.mark.parametrize("role", ["auditor", "council_chair", "approver", "specialist"])
async def test_others_move_no_last_day(client: AsyncClient, signed_in: SignIn, field: Field, role: str) -> None:
    await signed_in(role)
    assert (await client.get(page(field))).status_code == 403
    assert (await post_form(client, page(field), **FORM)).status_code == 403


async def test_a_locked_round_has_no_such_page(
    client: AsyncClient, signed_in: SignIn, field: Field, db: Database
) -> None:
    await lock.lock(db, field.tenant_id, field.round.id, decision="01/QĐ", reason="Kết thúc thu thập", actor="system")
    await signed_in("secretary")
    assert (await client.get(page(field))).status_code == 403
    assert page(field) not in (await client.get(f"/work/surveys/{field.round.id}")).text
