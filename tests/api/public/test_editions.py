from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from litestar.testing import AsyncTestClient

from parindex.access import tenants
from parindex.api.shared.services import Services
from parindex.publication import keys, publish
from parindex.publication.verification import verify
from tests.api.public.test_rankings import filled
from tests.conftest import post_checked, post_form
from tests.publication.published_years import DECISION, person

NUMBER = "2025-province.1"


async def test_an_edition_tells_its_decision_files_and_how_to_check_it(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    text = (await client.get(f"/editions/{NUMBER}")).text
    for words in (
        "214/QĐ-CCHC",
        f"edition-{NUMBER}.json",
        f"ranking-{NUMBER}.csv",
        "parindex verify",
        "Chữ ký Ed25519",
    ):
        assert words in text, words
    listed = (await client.get("/editions")).text
    assert NUMBER in listed
    assert "2023-ministry.1" in listed


async def test_the_signed_file_is_served_byte_for_byte_and_kept_by_caches(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    response = await client.get(f"/editions/{NUMBER}.json")
    assert verify(response.content, services.keys.public("demo")).signer_known
    assert "max-age" in response.headers["cache-control"]
    again = await client.get(f"/editions/{NUMBER}.json", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


async def test_the_key_at_keys_verifies_the_edition(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    listed = (await client.get("/keys.json")).content
    found = keys.parse_public(listed)
    assert verify((await client.get(f"/editions/{NUMBER}.json")).content, found).signer_known
    text = (await client.get("/keys")).text
    assert found[0].key_id in text
    assert keys.parse_public((await client.get(f"/keys/{found[0].key_id}.pem")).content) == found
    assert (await client.get("/keys/0.pem")).status_code == 404


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
async def test_an_edition_is_a_table_too(client: AsyncTestClient, services: Services, suffix: str) -> None:
    await filled(services)
    assert (await client.get(f"/editions/{NUMBER}.{suffix}")).status_code == 200
    assert (await client.get(f"/editions/{NUMBER}/criteria.csv")).content.startswith(b"\xef\xbb\xbfagency,")


async def test_a_retracted_edition_answers_gone_with_decision_digest_and_successor(
    client: AsyncTestClient, services: Services
) -> None:
    await filled(services)
    tenant = await tenants.by_code(services.db, "demo")
    assert tenant is not None
    digest = json.loads((await client.get(f"/editions/{NUMBER}.json")).content)["digest"]
    async with services.db.transaction(tenant.id) as connection:
        await publish.retract(
            connection, number=NUMBER, decided=DECISION, reason="Sai số liệu nguồn.", successor="2023-ministry.1",
            person=person(tenant.id, "approver"),
        )  # fmt: skip
    response = await client.get(f"/editions/{NUMBER}")
    assert response.status_code == 410
    assert "Sai số liệu nguồn." in response.text
    assert digest in response.text
    assert "2023-ministry.1" in response.text
    for suffix in ("json", "csv", "xlsx"):
        sealed = await client.get(f"/editions/{NUMBER}.{suffix}")
        assert sealed.status_code == 410
        assert sealed.json()["digest"] == digest
        assert sealed.json()["successor"] == "2023-ministry.1"
    assert (await client.get(f"/editions/{NUMBER}/criteria.csv")).status_code == 410
    assert (await client.get("/rankings/2025/province")).status_code == 404
    assert (await client.get("/rankings/2025/province.json")).status_code == 404
    assert NUMBER not in (await client.get("/")).text


async def upload(client: AsyncTestClient, content: bytes) -> str:
    await client.get("/verify")
    response = await client.post(
        "/verify",
        data={"_csrf_token": client.cookies["csrftoken"]},
        files={"edition": ("edition.json", content, "application/json")},
    )
    assert response.status_code in (200, 422), response.text
    return response.text


async def test_a_file_is_checked_on_the_page(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    content = (await client.get(f"/editions/{NUMBER}.json")).content
    assert "Tệp nguyên vẹn và đúng chữ ký" in await upload(client, content)
    assert "không phải là ấn bản đã ký" in await upload(client, content.replace(b"987", b"986", 1))
    assert "không phải là ấn bản đã ký" in await upload(client, b"\x00")
    assert "Đề nghị chọn tệp" in await upload(client, b"")


async def test_a_digest_names_its_edition(client: AsyncTestClient, services: Services) -> None:
    await filled(services)
    digest = json.loads((await client.get(f"/editions/{NUMBER}.json")).content)["digest"]
    assert f"Mã này là của ấn bản {NUMBER}" in (await client.get("/verify", params={"digest": digest})).text
    short = f"{digest[:4]} {digest[4:8]} … {digest[-4:]}"
    assert f"Mã này là của ấn bản {NUMBER}" in (await client.get("/verify", params={"digest": short})).text
    assert "Không có ấn bản nào" in (await client.get("/verify", params={"digest": "0" * 64})).text


@pytest.mark.parametrize("path", ["/editions/2024-province.1", "/editions/x.json", "/editions/" + "%00"])
async def test_an_unknown_edition_is_not_found(client: AsyncTestClient, services: Services, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_an_edition_of_another_tenant_is_not_found_here(client: AsyncTestClient, services: Services) -> None:
    await filled(services, "khac")
    assert (await client.get(f"/editions/{NUMBER}")).status_code == 404
    assert (await client.get(f"/t/khac/editions/{NUMBER}.json")).status_code == 200


async def test_the_approver_retracts_an_edition_under_a_decision(
    client: AsyncTestClient, services: Services, signed_in: Callable[..., Awaitable[UUID]]
) -> None:
    await filled(services)
    path = f"/work/editions/{NUMBER}/retract"
    assert (await client.get(path)).status_code in (303, 401)
    await signed_in("secretary")
    assert (await client.get(path)).status_code == 403
    assert (await post_form(client, path)).status_code == 403
    await signed_in("approver")
    assert "Không thể hủy việc thu hồi" in (await client.get(path)).text
    wrong = await post_checked(client, path, number="230/QĐ-CCHC", date="02/05/2026", signer="Lê Văn Minh", reason=" ")
    assert wrong.status_code == 422
    assert 'value="230/QĐ-CCHC"' in wrong.text
    form = {"number": "230/QĐ-CCHC", "date": "02/05/2026", "signer": "Lê Văn Minh", "reason": "Sai số liệu nguồn."}
    assert (await post_form(client, path, **form)).status_code == 409
    assert (await post_checked(client, path, **form)).status_code == 303
    assert (await client.get(f"/editions/{NUMBER}")).status_code == 410
    assert "đã được thu hồi" in (await client.get(path)).text
    assert (await post_form(client, path, **form)).status_code == 409
