"""``parindex serve``: takes its port first, answers, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import stat

import asyncpg
import httpx
import pytest
import uvloop

from parindex.cli import main
from parindex.store.embedded import EmbeddedServer
from parindex.store.migrate import create_roles
from parindex.store.secrets import installation_folder
from tests import databases
from tests.installations import answer, database_settings, free_port, parindex, serving, surroundings


def test_a_port_that_is_taken_is_told_and_nothing_is_started(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = parindex("serve", folder=tmp_path, PORT=port)
    assert done.returncode == 2
    assert port in done.stderr
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "vi", "en"),
    [
        ({"PORT": "0"}, "PORT=0: cổng nằm trong khoảng", "PORT=0: a port lies between"),
        ({"PORT": "eighty"}, "PORT=eighty: cần một số nguyên", "PORT=eighty: a whole number is needed"),
        ({"HOST": "192.0.2.1"}, "ở 192.0.2.1 (", "cannot listen on 192.0.2.1 port"),
        ({"PARINDEX_TRUSTED_PROXIES": "::1, proxy.vn"}, "“proxy.vn” không phải địa chỉ", "“proxy.vn” is no IP address"),
        ({"PARINDEX_TRUSTED_PROXIES": "10.0.0.1/8"}, "“10.0.0.1/8” không phải", "“10.0.0.1/8” is no IP address"),
        ({"PARINDEX_CONNECTIONS": "0"}, "PARINDEX_CONNECTIONS=0: cần", "PARINDEX_CONNECTIONS=0: a whole number"),
        ({"PARINDEX_HEAD_SECONDS": "0"}, "PARINDEX_HEAD_SECONDS=0: cần", "PARINDEX_HEAD_SECONDS=0: a number"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_the_language_asked_for(
    tmp_path, monkeypatch, capsys, settings, vi, en
):
    kept = surroundings(**{"PORT": str(free_port()), **settings})
    for name in os.environ.keys() - kept.keys():
        monkeypatch.delenv(name)
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(uvloop, "run", lambda _: pytest.fail("it serves"))
    for lang, told in (("vi", vi), ("en", en)):
        assert main(["--lang", lang, "serve"]) == 2
        said = capsys.readouterr()
        assert told in said.err
        assert "Traceback" not in said.err
        assert said.out == ""
    assert list(tmp_path.iterdir()) == []


async def test_it_serves_on_the_database_of_the_settings_and_stops_when_told(server, database_name, tmp_path):
    port = free_port()
    settings = {**database_settings(server, database_name), "PARINDEX_DATA": str(tmp_path / "data"), "PORT": str(port)}
    with serving(tmp_path, **settings) as process:
        assert "ok" in await asyncio.to_thread(answer, port, "/readyz", of=process)
        process.send_signal(signal.SIGINT)
        assert await asyncio.to_thread(process.wait, 30) == 0
    said = (tmp_path / "said").read_text()
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said


async def test_an_empty_installation_gets_its_first_administrator_by_a_link_that_is_printed_until_there_is_one(
    server, tmp_path
):
    name = f"empty_{os.getpid()}"
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}"')
    await admin.close()
    inside = await asyncpg.connect(server.url("postgres", name))
    await create_roles(inside, name)
    await inside.close()
    link = re.compile(r"(http://127\.0\.0\.1:\d+/first/[\w-]+)")
    try:
        for first in (True, False):
            port, folder = free_port(), tmp_path / str(first)
            folder.mkdir()
            settings = {**database_settings(server, name), "PARINDEX_DATA": str(tmp_path / "data"), "PORT": str(port)}
            with serving(folder, **settings) as process:
                await asyncio.to_thread(answer, port, "/readyz", of=process)
                while first and not link.search((folder / "said").read_text()):
                    assert process.poll() is None, (folder / "said").read_text()
                    await asyncio.sleep(0.05)
                if first:
                    await asyncio.to_thread(_make_administrator, link.search((folder / "said").read_text())[1])
                process.send_signal(signal.SIGINT)
                await asyncio.to_thread(process.wait, 60)
            assert bool(link.search((folder / "said").read_text())) is first
    finally:
        await databases.drop(server, name)


def _make_administrator(link):
    base = link.partition("/first/")[0]
    typed = {"owner": "UBND tỉnh Hòa Lâm", "name": "Ngô Quang Huy", "login": "huy", "password": "sáu con vịt qua cầu tre",
             "again": "sáu con vịt qua cầu tre"}  # fmt: skip
    with httpx.Client(base_url=base, timeout=60) as browser:
        assert browser.get(link).status_code == 200
        done = browser.post(link, data={"_csrf_token": browser.cookies["csrftoken"], **typed})
        assert done.status_code == 303, done.text
        assert browser.get(link).status_code == 410
        signed_in = browser.post(
            "/sign-in",
            data={"_csrf_token": browser.cookies["csrftoken"], "login": "huy", "password": typed["password"]},
        )
        assert signed_in.status_code == 303, signed_in.text
        assert "UBND tỉnh Hòa Lâm" in browser.get("/").text


async def address_told(folder, process, address):
    while f"{address}\n" not in (folder / "said").read_text():
        assert process.poll() is None, (folder / "said").read_text()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("told_to_stop", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_stops_the_database_that_it_started(tmp_path, told_to_stop):
    port = free_port()
    with serving(tmp_path, PARINDEX_DATA=str(tmp_path / "data"), PORT=str(port)) as process:
        await address_told(tmp_path, process, f"http://127.0.0.1:{port}")
        running = EmbeddedServer(installation_folder(tmp_path / "data") / "postgres").cluster / "postmaster.pid"
        assert running.exists()
        process.send_signal(told_to_stop)
        assert await asyncio.to_thread(process.wait, 60) == 0
    assert not running.exists()
    assert "Traceback" not in (tmp_path / "said").read_text()


async def test_its_address_is_told_when_it_answers_there_and_an_ipv6_address_stands_in_brackets(
    server, database_name, tmp_path
):
    port = free_port()
    settings = {**database_settings(server, database_name), "PARINDEX_DATA": str(tmp_path / "data")}
    with serving(tmp_path, **settings, HOST="::1", PORT=str(port)) as process:
        await address_told(tmp_path, process, f"http://[::1]:{port}")
        with socket.create_connection(("::1", port), timeout=10) as asked:
            asked.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert asked.recv(100).startswith(b"HTTP/1.1 200")


async def test_its_secrets_are_closed_to_others(server, database_name, tmp_path):
    port = free_port()
    data = tmp_path / "data"
    settings = {**database_settings(server, database_name), "PARINDEX_DATA": str(data), "PORT": str(port)}
    with serving(tmp_path, **settings) as process:
        await asyncio.to_thread(answer, port, of=process)
    secrets = [path for path in (data / "secrets").iterdir() if path.is_file()]
    assert secrets
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert stat.S_IMODE((data / "secrets").stat().st_mode) == 0o700


async def test_a_database_that_goes_away_makes_it_unready_and_not_dead(server, database_name, owner, tmp_path):
    port = free_port()
    settings = {**database_settings(server, database_name), "PARINDEX_DATA": str(tmp_path / "data"), "PORT": str(port)}
    with serving(tmp_path, **settings) as process:
        await asyncio.to_thread(answer, port, "/readyz", of=process)
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
            database_name,
        )
        assert "ok" in await asyncio.to_thread(answer, port, "/healthz", of=process)
        assert "ok" in await asyncio.to_thread(answer, port, "/readyz", of=process)
