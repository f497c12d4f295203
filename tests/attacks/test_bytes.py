"""Addresses, headers and bodies of any bytes: an answer in words with the headers of every page, never a failure of ours."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parindex.api.shared.page import SECURITY_HEADERS, static_files
from parindex.api.shared.services import Services
from parindex.assessments.evidence import looking
from parindex.publication import editions
from parindex.store.database import Database
from tests.assessments.conftest import open_year
from tests.surveys.survey_fields import Field

SignIn = Callable[..., Awaitable[UUID]]


def decent(answer: Response, *, below: int = 500) -> None:
    """Not our fault, in words, and with the headers of every page."""
    assert answer.status_code < below, (answer.request.url, answer.status_code)
    assert all(answer.headers.get(name) for name in SECURITY_HEADERS), answer.request.url
    if answer.status_code >= 400:
        assert answer.text


# Static files


NO_FILES = ("%00", "a%00b", "a" * 300, "b" * 5000, "%E1%BB%99" * 100, "css", "js/frame.js/x", "js/frame.js%00", "%2e%2e/base.html", "../base.html", "%ff%fe", "%5c..%5cbase.html", "", "/", "a/" * 1000)  # fmt: skip


async def test_an_address_below_static_that_is_no_file_is_not_found(client: AsyncClient) -> None:
    conditions: tuple[dict[str, str], ...] = (
        {},
        {"range": "bytes=0-1"},
        {"if-none-match": '"x"', "if-modified-since": "never"},
    )
    for name in NO_FILES:
        for headers in conditions:
            answer = await client.get("/static/" + name, headers=headers)
            decent(answer)
            assert answer.status_code == 404, name


async def test_every_static_file_is_served(client: AsyncClient) -> None:
    assert len(static_files()) > 10
    for path in static_files():
        answer = await client.get(path)
        decent(answer)
        assert answer.status_code == 200, path


# Any bytes


PIECES = st.sampled_from(
    [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\0", b"%00", b"%ff", b"\r\n", b"\"", b"{", b"[", b"\\ud800", b"\\u0000",
     b"1e999", b"-", b"NaN", b"a", b"=", b"&", b";", b",", b"/", b"..", b"\xe1\xbb\x99", b"9" * 50, b"\xef\xbb\xbf", b"\xff\xfe"]
)  # fmt: skip
BYTES = st.lists(PIECES, max_size=6).map(b"".join)
ROUTES = ["/", "/verify", "/sign-in", "/survey", "/survey/1", "/survey/withdraw", "/agencies", "/surveys", "/open-data",
          "/rankings/2025/province", "/editions/2025-province.1.json", "/criteria", "/api/v1/survey-rounds/x/responses",
          "/invitations/x", "/s/x/y", "/problems/x", "/method", "/keys.json", "/work", "/work/documents"]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from(ROUTES), path=BYTES, query=BYTES, cookie=BYTES, language=BYTES, accept=BYTES, body=BYTES,
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
         "multipart/form-data; boundary=", "multipart/form-data; charset=utf-99; boundary=x", "text/plain; charset=\xff", "x", ""]
    ),
    method=st.sampled_from(["GET", "POST"]),
)  # fmt: skip
async def test_no_bytes_make_a_failure_of_ours(
    client: AsyncClient, route: str, path: bytes, query: bytes, cookie: bytes, language: bytes, accept: bytes, body: bytes,
    kind: str, method: str,
) -> None:  # fmt: skip
    escaped = "".join(f"%{one:02x}" for one in path)
    asked = "&".join(
        f"{name}=" + "".join(f"%{one:02x}" for one in query) for name in ("digest", "search", "lang", "next", "q")
    )
    plain = bytes(one for one in cookie if one not in b"\r\n\0")
    headers = {
        b"cookie": b"csrftoken=" + plain + b"; parindex_session=" + plain,
        b"accept-language": bytes(one for one in language if one not in b"\r\n\0"),
        b"accept": bytes(one for one in accept if one not in b"\r\n\0"),
        b"content-type": kind.encode("latin-1"),
    }
    for target in (route, f"{route}/{escaped}", f"/{escaped}{route}", f"/t/{escaped}{route}"):
        decent(
            await client.request(
                method, f"{target}?{asked}", headers=headers, content=body if method == "POST" else None
            )
        )


NO_TEXT = (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\\ud800", b"\\udfff\\ud800", b"\\u0000", b"\0", b"\xc0\xaf")


async def test_text_of_a_response_that_is_no_text_is_refused(client: AsyncClient, field: Field) -> None:
    path = f"/api/v1/survey-rounds/{field.round.id}/responses"
    for text in NO_TEXT:
        for body in (
            b'{"id":"' + text + b'"}',
            b'{"' + text + b'":1}',
            b'{"texts":{"a":"' + text + b'"}}',
            b"[" + text,
        ):
            answer = await client.post(path, content=body, headers={"content-type": "application/json"})
            decent(answer)
            assert answer.status_code in (400, 404, 422)
            assert answer.headers["content-type"].startswith("application/problem+json")


PARTS = (
        b'Content-Disposition: form-data; name="number"\r\n\r\n\xff\xfe',
        b'Content-Disposition: form-data; name="\xff\xfe"\r\n\r\nx',
        b'Content-Disposition: form-data; name="file"; filename="\xff\xfe.pdf"\r\n\r\n%PDF-1.7',
        b"Content-Disposition: form-data; name=\"file\"; filename*=utf-99''a.pdf\r\n\r\n%PDF-1.7",
        b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%ff%fe\r\n\r\n%PDF-1.7",
        b'Content-Disposition: form-data; name="number"\r\nContent-Type: text/plain; charset=utf-99\r\n\r\nx',
        b'Content-Disposition: form-data; name="number"\r\nContent-Type: text/plain; charset=\xff\r\n\r\nx',
        b'Content-Disposition: form-data; name="number"\r\nContent-Transfer-Encoding: base64\r\n\r\nx',
        b"Content-Disposition: form-data\r\n\r\nx",
        b"Content-Disposition: \xff\r\n\r\nx",
        b"\xff: x\r\n\r\nx",
        b"\r\n\r\nx",
        b"Content-Disposition",
        b"",
)  # fmt: skip


async def test_a_form_in_parts_that_is_no_text_is_refused(
    client: AsyncClient, db: Database, tenant: UUID, services: Services, signed_in: SignIn
) -> None:
    year = await open_year(db, tenant)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    kind = {"content-type": "multipart/form-data; boundary=x"}
    for path in (f"/work/sheets/{year.sheets['HL']}/1.1/evidence", "/verify", "/sign-in", "/survey/withdraw"):
        await client.get("/work" if path.startswith("/work") else "/sign-in")
        token = client.cookies["csrftoken"].encode()
        first = b'--x\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n' + token + b"\r\n"
        for part in PARTS:
            for end in (b"\r\n--x--\r\n", b""):
                decent(await client.post(path, content=first + b"--x\r\n" + part + end, headers=kind))
    assert [one for one in services.evidence.folder.rglob("*") if one.is_file()] == []


# What is full


FAILURES: tuple[tuple[Exception, int, str], ...] = (
    (asyncpg.DiskFullError("could not extend file"), 507, "Cơ sở dữ liệu không còn chỗ để ghi"),
    (asyncpg.PostgresIOError("could not write"), 507, "Cơ sở dữ liệu không còn chỗ để ghi"),
    (asyncpg.ReadOnlySQLTransactionError("read-only"), 507, "Cơ sở dữ liệu không còn chỗ để ghi"),
    (OSError(errno.ENOSPC, "No space left on device"), 507, "Kho lưu trữ đã đầy"),
    (OSError(errno.EROFS, "Read-only file system"), 507, "Kho lưu trữ không đọc hoặc không ghi được"),
    (OSError(errno.EMFILE, "Too many open files"), 507, "Kho lưu trữ không đọc hoặc không ghi được"),
    (asyncpg.TooManyConnectionsError("too many"), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
    (asyncpg.AdminShutdownError("terminating"), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
    (asyncpg.CrashShutdownError("terminating"), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
    (asyncpg.OutOfMemoryError("out of memory"), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
    (ConnectionResetError(), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
    (TimeoutError(), 503, "Hệ thống tạm thời không ghi được dữ liệu"),
)


async def test_a_full_database_and_a_full_disk_are_told_in_words(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch, signed_in: SignIn, db: Database, tenant: UUID
) -> None:
    year = await open_year(db, tenant)
    await signed_in("specialist", agency_id=year.agencies["HL"])
    for error, status, told in FAILURES:

        async def fails(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(editions, "listed", fails)
        monkeypatch.setattr(looking, "part_of", fails)
        for path in ("/verify", "/work/documents"):
            answer = await client.get(path)
            decent(answer, below=508)
            assert answer.status_code == status
            assert told in answer.text
        document = await client.get("/verify", headers={"accept": "application/json"})
        assert document.json()["code"] in ("database_full", "storage_full", "storage_closed", "database_unavailable")
