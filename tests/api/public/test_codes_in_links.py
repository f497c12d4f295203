"""Codes of agencies from before their form was asked for: every link that is drawn with one leads to its page."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from parindex.access import tenants
from parindex.agencies import NewAgency, queries
from parindex.agencies.model import AgencyPeriod
from parindex.api.shared.page import name_in, url
from parindex.api.shared.services import Services
from parindex.rankings.model import YearSources
from parindex.store.ids import new_id
from tests.publication.published_years import published
from tests.rankings import small_year

ODD = {"T01": "Sở #1?", "T02": "50%25 & \"<b>'", "T03": "Xã A/B", "T04": "a\\b;c=d:e@f", "T05": "H15.50-A"}
"""One code of the form of today, the others as files of older versions may have brought them."""


def renamed() -> YearSources:
    given = small_year.given()
    agencies = tuple(msgspec.structs.replace(one, code=ODD.get(one.code, one.code)) for one in given.agencies)
    estimates = tuple(msgspec.structs.replace(one, agency=ODD.get(one.agency, one.agency)) for one in given.estimates)
    return msgspec.structs.replace(given, agencies=agencies, estimates=estimates)


@pytest.fixture
async def with_odd_codes(services: Services) -> None:
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    given = renamed()
    async with services.db.transaction(tenant.id) as connection:
        old = [
            (new_id(), NewAgency(code=one.code, name_vi=one.name_vi, tier="province", region=one.region))
            for one in given.agencies
        ]
        await queries.insert(connection, old)
        await queries.insert_periods(
            connection,
            [
                (
                    AgencyPeriod(
                        id=new_id(), agency_id=agency_id, valid_from=one.valid_from, valid_to=None, name_vi=one.name_vi,
                        name_en=None, short_name=None, region=one.region, official_order=None, parent_id=None,
                        has_one_stop=None, population=None,
                    ),
                    one.code,
                )
                for agency_id, one in old
            ],
        )  # fmt: skip
        await published(connection, tenant, services.keys, given)


@pytest.mark.usefixtures("with_odd_codes")
@pytest.mark.parametrize("code", ODD.values())
async def test_a_code_with_odd_characters_has_its_page_its_leaf_and_its_files(
    client: AsyncTestClient, code: str
) -> None:
    profile = await client.get(url("/agencies", code))
    assert profile.status_code == 200
    drawn = {html.unescape(link) for link in re.findall(r'href="(/agencies/[^"]+)"', profile.text)}
    assert len(drawn) > 5
    for link in sorted(drawn):
        assert link.startswith("/agencies/" + quote(code.replace("/", "%2F"), safe="")), link
        answer = await client.get(link)
        assert answer.status_code == 200, link
        answer.headers.get("content-disposition", "").encode("ascii")
    assert (await client.get(url("/agencies", f"{code}.json"))).json()["agency"] == code
    assert (await client.get(url("/api/v1/agencies", code))).json()["agency"] == code


@pytest.mark.usefixtures("with_odd_codes")
@pytest.mark.parametrize(
    "page", ["/", "/agencies", "/rankings/2025/province", "/surveys", "/t/demo/rankings/2025/province"]
)
async def test_every_link_with_a_code_on_other_pages_leads_somewhere(client: AsyncTestClient, page: str) -> None:
    text = (await client.get(page)).text
    links = {html.unescape(link) for link in re.findall(r'href="([^"]*/agencies/[^"]+)"', text)}
    for link in sorted(links):
        assert (await client.get(link)).status_code == 200, link
    if page != "/surveys":
        assert links


@pytest.mark.usefixtures("with_odd_codes")
async def test_the_other_language_of_a_page_with_an_odd_code_is_one_click_away(client: AsyncTestClient) -> None:
    for code in ODD.values():
        text = (await client.get(url("/agencies", code))).text
        (english,) = {html.unescape(link) for link in re.findall(r'href="([^"]*lang=en[^"]*)"', text)}
        assert english.startswith(url("/agencies", code))
        assert 'lang="en"' in (await client.get(english)).text


@pytest.mark.parametrize("code", [*ODD.values(), ".", "..", "%2F", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_a_name_stays_one_part_of_an_address(code: str) -> None:
    assert re.fullmatch(r"/agencies/[A-Za-z0-9%._~-]+", url("/agencies", code))


def test_what_an_address_holds_is_the_name_again() -> None:
    assert name_in("Xã A%2FB") == "Xã A/B"
