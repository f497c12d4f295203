"""Something changes after a deed was confirmed and before the job that does it begins: it is not done, and told in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID

import pytest
from httpx import AsyncClient

from parindex import jobs
from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.assessments.appraisal.deciding import Ruling
from parindex.rankings import years
from tests.api.work.test_deed_check import computed_year
from tests.api.work.years.test_correcting import PUBLISHED, SECOND, at
from tests.conftest import post_checked
from tests.publication import published_years
from tests.publication.corrected_years import Published, first_edition

SignIn = Callable[..., Awaitable[UUID]]
Meanwhile = Callable[[Callable[[], Awaitable[object]]], None]
OUTDATED = "Nội dung đã thay đổi sau khi được xác nhận"


@pytest.fixture
async def published(services: Services) -> Published:
    return await first_edition(services.db, services.keys)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Let something happen once, before the next job begins."""
    work = jobs.run_until_idle

    def let(happen: Callable[[], Awaitable[object]]) -> None:
        async def late(*given: object, **named: object) -> None:
            monkeypatch.setattr(jobs, "run_until_idle", work)
            await happen()
            await work(*given, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(jobs, "run_until_idle", late)

    return let


async def newest(published: Published) -> str:
    year = published.year
    async with year.db.transaction(year.tenant) as connection:
        stored = await years.latest(connection, year.cycle)
    assert stored is not None
    return stored.digest


async def test_a_year_that_was_corrected_after_it_was_confirmed_is_not_computed(
    client: AsyncClient, published: Published, signed_in: SignIn, meanwhile: Meanwhile
) -> None:
    await published.reopen()
    await published.correct()
    before = await newest(published)
    await signed_in("secretary")
    assert "tiêu chí thành phần đã đính chính" in (await client.get(at(published, "/compute"))).text

    meanwhile(
        lambda: published.correct(
            Ruling(code="1.1", kind="set_points", points=Decimal("0.5"), reason="Chỉ có dự thảo.")
        )
    )
    refused = await post_checked(client, at(published, "/compute"))
    assert OUTDATED in refused.text
    assert f'href="{at(published, "/compute")}"' in refused.text
    assert await newest(published) == before

    assert (await post_checked(client, at(published, "/compute"))).status_code == 303
    assert await newest(published) != before


async def test_a_year_is_not_published_when_what_looks_wrong_is_more_than_was_confirmed(
    client: AsyncClient, published: Published, signed_in: SignIn, meanwhile: Meanwhile
) -> None:
    await published.reopen()
    await published.correct()
    await published.compute()
    await published.submit()
    await signed_in("approver")

    meanwhile(lambda: published.retract(published.first.number))
    refused = await post_checked(client, at(published, "/publish"), **PUBLISHED)
    assert OUTDATED in refused.text
    assert f'href="{at(published, "/publish")}"' in refused.text
    assert (await client.get(SECOND)).status_code == 404
    assert await published.state() == "approval"

    done = await post_checked(client, at(published, "/publish"), **PUBLISHED)
    assert done.headers["location"] == SECOND


async def test_a_decision_that_another_edition_used_meanwhile_is_asked_about_again(
    client: AsyncClient, services: Services, signed_in: SignIn, meanwhile: Meanwhile
) -> None:
    path = await computed_year(services)
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None

    async def year_before() -> None:
        async with services.db.transaction(tenant.id) as connection:
            await published_years.published(connection, tenant, services.keys, published_years.of_year(2024))

    await signed_in("approver")
    meanwhile(year_before)
    typed = PUBLISHED | {"number": published_years.DECISION.number}
    refused = await post_checked(client, f"{path}/publish", **typed)
    assert OUTDATED in refused.text
    assert (await client.get("/editions/2025-province.1")).status_code == 404

    done = await post_checked(client, f"{path}/publish", **typed)
    assert done.headers["location"] == "/editions/2025-province.1"
