"""What a page asks of the database does not grow with agencies or leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from benchmarks import large_year
from parindex.access.sessions import COOKIE
from parindex.app import compose, create_app
from parindex.settings import Settings
from parindex.store.embedded import EmbeddedServer
from tests import databases
from tests.conftest import running
from tests.databases import Counting


def visits(places: large_year.Places) -> dict[str, tuple[str, str]]:
    """By page: address and session."""
    specialist, appraiser, secretary = places.specialists[0].token, places.appraiser.token, places.secretary.token
    sheet, leaf = f"/work/sheets/{places.drafting[0]}", places.leaves[0]
    queue = f"/work/appraisals/{places.cycle}"
    return {
        "sheet": (sheet, specialist),
        "leaf": (f"{sheet}/{leaf}", specialist),
        "worklist": ("/work", specialist),
        "worklist of an appraiser": ("/work", appraiser),
        "appraisal queue": (queue, appraiser),
        "appraisal": (f"{queue}/{leaf}?agency={places.appraised[0]}", appraiser),
        "council matrix": (f"/work/cycles/{places.cycle}", secretary),
        "home": ("/", ""),
        "ranking": ("/rankings/2025/province", ""),
        "agency": (f"/agencies/{places.codes[0]}", ""),
        "criterion": (f"/agencies/{places.codes[0]}/2025/{leaf}", ""),
    }


async def counted(
    server: EmbeddedServer, template: str, folder: Path, count: int, areas: dict[str, str]
) -> dict[str, int]:
    """Queries by page in a year of so many agencies."""
    name = f"{template.replace('template', 'costs')}_{count}"
    await databases.clone(server, template, name)
    try:
        services = await compose(
            Settings(data=folder, base_url="http://parindex.test"), server.url("parindex_app", name), pool=4,
            owner_url=server.url("parindex_migrator", name),
        )  # fmt: skip
        places = await large_year.signed_in(services, await large_year.build(services, count=count, areas=areas))
        services.db = counting = Counting(services.db.pool)
        app = create_app(services)
        found = {}
        async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://parindex.test") as browser:
            for page, (path, token) in visits(places).items():
                cookie = {"cookie": f"{COOKIE}={token}"} if token else {}
                counting.queries.clear()
                assert (await browser.get(path, headers=cookie)).status_code == 200, path
                counting.queries.clear()
                await browser.get(path, headers=cookie)
                found[page] = len(counting.queries)
        return found
    finally:
        await databases.drop(server, name)


@pytest.mark.slow
async def test_a_page_asks_as_many_queries_with_six_agencies_and_150_leaves_as_with_three_and_97(
    server: EmbeddedServer, template: str, tmp_path: Path
) -> None:
    small = await counted(server, template, tmp_path / "small", 3, {})
    large = await counted(server, template, tmp_path / "large", 6, dict(large_year.TWICE))
    assert large == small
    assert max(small.values()) <= 20
