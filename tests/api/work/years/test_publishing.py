from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import AsyncTestClient

from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.rankings import queries, years
from tests.conftest import post_checked, post_form
from tests.publication.published_years import computed, person

SignIn = Callable[..., Awaitable[UUID]]

DECIDED = {"number": "214/QĐ-CCHC", "date": "06/04/2026", "signer": "Lê Văn Minh"}
"""A decision as a form is filled in."""


async def waiting(services: Services, *, submitted: bool = True) -> str:
    """A computed year; its surveys' estimates are taken from the stored computation."""
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    async with services.db.transaction(tenant.id) as connection:
        cycle_id = await computed(connection)
        if submitted:
            await years.submit(connection, person(tenant.id, "secretary"), cycle_id)
    return f"/work/years/{cycle_id}"


async def test_a_visitor_is_asked_to_sign_in(client: AsyncTestClient, services: Services) -> None:
    path = await waiting(services)
    assert (await client.get(path)).status_code == 303
    assert (await client.get("/work/years")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", ["specialist", "leader", "appraiser", "interviewer", "administrator"])
async def test_a_computed_year_is_not_shown_to_those_it_ranks(
    client: AsyncTestClient, services: Services, signed_in: SignIn, role: str
) -> None:
    path = await waiting(services)
    await signed_in(role)
    assert (await client.get(path)).status_code == 403


async def test_the_approver_reads_the_ranking_and_publishes_it_under_a_decision(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services)
    await signed_in("approver")
    text = (await client.get(path)).text
    assert "Bảng xếp hạng sẽ công bố" in text
    assert "Tỉnh Số 11" in text
    assert (await client.get("/rankings/2025/province")).status_code == 404
    response = await post_checked(client, f"{path}/publish", **DECIDED)
    assert (response.status_code, response.headers["location"]) == (303, "/editions/2025-province.1")
    again = await post_form(client, f"{path}/publish", **DECIDED)
    assert (again.status_code, again.headers["location"]) == (303, "/editions/2025-province.1")
    assert (await client.get("/rankings/2025/province")).status_code == 200
    assert "đã được công bố trong ấn bản 2025-province.1" in (await client.get(path)).text


async def test_a_decision_without_its_parts_comes_back_with_what_was_typed(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services)
    await signed_in("approver")
    response = await post_form(client, f"{path}/publish", number="214/QĐ-CCHC", date="31/02/2026", signer="")
    assert response.status_code == 422
    assert 'value="214/QĐ-CCHC"' in response.text
    assert 'value="31/02/2026"' in response.text
    assert "Ngày không đúng" in response.text
    assert "Mục này chưa có nội dung" in response.text


async def test_a_year_sent_back_tells_the_secretary_why(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services)
    await signed_in("approver")
    assert (await post_form(client, f"{path}/return", reason="")).status_code == 422
    assert (await post_form(client, f"{path}/return", reason="Đề nghị rà soát tiêu chí 1.3.")).status_code == 303
    await signed_in("secretary")
    assert "Đề nghị rà soát tiêu chí 1.3." in (await client.get(path)).text


async def test_the_secretary_cannot_publish_and_the_approver_cannot_compute(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services)
    await signed_in("secretary")
    form = {"number": "1/QĐ", "date": "06/04/2026", "signer": "A"}
    assert (await post_form(client, f"{path}/publish", **form)).status_code == 403
    await signed_in("approver")
    assert (await post_form(client, f"{path}/compute")).status_code == 403


async def test_what_is_missing_is_listed_with_who_owes_it(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services, submitted=False)
    await signed_in("secretary")
    text = (await client.get(path)).text
    assert "Còn 2 việc trước khi tính được kết quả" in text
    assert "Chưa có đợt khảo sát “sipas”" in text
    assert "Việc của: Thư ký Hội đồng" in text
    refused = await post_checked(client, f"{path}/compute")
    assert refused.status_code == 409
    assert "Phải xử lý trước khi làm" in refused.text
    assert "Chưa có đợt khảo sát “sipas”" in refused.text


async def test_years_are_listed_for_those_who_compute_and_approve(
    client: AsyncTestClient, services: Services, signed_in: SignIn
) -> None:
    path = await waiting(services)
    await signed_in("approver")
    text = (await client.get("/work/years")).text
    assert path in text
    assert "Trình phê duyệt" in text


async def test_a_year_of_another_tenant_is_not_found(
    client: AsyncTestClient, services: Services, signed_in: SignIn, other_tenant: UUID
) -> None:
    async with services.db.transaction(other_tenant) as connection:
        theirs = await computed(connection)
    await signed_in("approver", "secretary")
    assert (await client.get(f"/work/years/{theirs}")).status_code == 404
    response: Any = await post_form(client, f"/work/years/{theirs}/compute")
    assert response.status_code == 404
    async with services.db.transaction(other_tenant) as connection:
        assert await queries.cycle(connection, theirs) is not None
