"""Accounts of other systems: named on record, with no password, no link and no other role."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex.access import account_links, people
from parindex.errors import Refused
from parindex.store.database import Database
from tests.conftest import post_form

SignIn = Callable[..., Awaitable[UUID]]
ALONE = "Tài khoản của hệ thống khác không có vai trò nào khác và không có mật khẩu."


async def made(client: AsyncClient, role: str, login: str = "mot-cua") -> str:
    answer = await post_form(client, "/work/people/new", name="Hệ thống một cửa", login=login, role=role)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_it_is_never_invited(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("administrator")
    page = await made(client, "system_account")
    assert "Tài khoản hệ thống, không đăng nhập" in (await client.get(page)).text
    refused = await post_form(client, f"{page}/link")
    assert refused.status_code == 409
    assert "không có mật khẩu nên không có liên kết mời" in refused.text
    assert "Hệ thống một cửa" not in (await client.get("/work/people?tab=never")).text
    assert (await post_form(client, "/work/people/invitations", form="csv")).status_code == 409


async def test_it_has_no_other_role_and_nobody_s_account_becomes_one(client: AsyncClient, signed_in: SignIn) -> None:
    me = await signed_in("administrator")
    page = await made(client, "system_account")
    refused = await post_form(client, f"{page}/roles", role="auditor")
    assert refused.status_code == 422
    assert ALONE in refused.text
    for other in (f"/work/people/{me}", await made(client, "auditor", login="nguoi")):
        refused = await post_form(client, f"{other}/roles", role="system_account")
        assert refused.status_code == 422
        assert ALONE in refused.text


async def test_a_link_that_was_open_lets_nobody_into_what_became_a_system_s_account(
    client: AsyncClient, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    await signed_in("administrator")
    async with db.transaction(tenant) as connection:
        person_id = await people.add_person(connection, login="cho", name="Cổng dữ liệu", roles=())
        token = await account_links.invite(connection, person_id, by="system")
    assert (await post_form(client, f"/work/people/{person_id}/roles", role="system_account")).status_code == 303
    async with db.transaction(tenant) as connection:
        with pytest.raises(Refused, match="invitation_invalid"):
            await account_links.invited(connection, token)


async def test_a_sheet_of_people_is_held_to_the_same(client: AsyncClient, signed_in: SignIn) -> None:
    await signed_in("administrator")
    rows = [
        "Họ tên,Tên đăng nhập,Vai trò",
        "Hệ thống một cửa,mot-cua,Hệ thống khác",
        "Hệ thống một cửa,mot-cua,Thư ký Hội đồng",
        "Trần Văn An,an,Thư ký Hội đồng",
        "Trần Văn An,an,Hệ thống khác",
    ]
    await client.get("/work/people/import")
    sent = await client.post(
        "/work/people/import", data={"_csrf_token": client.cookies["csrftoken"]},
        files={"sheet": ("nhan-su.csv", io.BytesIO("\n".join(rows).encode()), "text/csv")},
    )  # fmt: skip
    shown = (await client.get(sent.headers["location"])).text
    assert "2 người được thêm" in shown
    assert shown.count(ALONE) == 2
