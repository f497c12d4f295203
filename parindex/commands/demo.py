"""``parindex demo``: the whole platform with sample data, on this machine, at once."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec

from parindex import logs
from parindex.commands.failures import told
from parindex.messages import N_, Failure
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure
from parindex.text import Language, translator

if TYPE_CHECKING:
    from parindex.store.installation import Addresses


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("demo")
    parser.add_argument("--load-embedded", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Serve at once, load beside, print ``ready`` and the accounts when both years can be read."""
    import uvloop

    from parindex.serving import listen, loopback, stop_as_when_interrupted

    try:
        settings = msgspec.structs.replace(from_environment(), demo=True)
        if arguments.load_embedded:
            return _load_embedded(settings, arguments.lang)
        if settings.database_url:
            raise BrokenSetting(
                N_(
                    "DATABASE_URL: bản chạy thử chỉ dùng cơ sở dữ liệu đi kèm, để dữ liệu mẫu không bao giờ lẫn vào hệ "
                    "thống thật. Hãy bỏ biến này, hoặc dùng parindex serve."
                )
            )
        if not loopback(settings.host) and not os.environ.get("PARINDEX_DEMO_PASSWORD"):
            raise BrokenSetting(
                N_(
                    "HOST=%(host)s: mật khẩu của bản chạy thử ai cũng biết nên chỉ chạy trên máy này. Hãy đặt "
                    "PARINDEX_DEMO_PASSWORD thành mật khẩu riêng để mở cho máy khác."
                ),
                host=settings.host,
            )
        listening = listen(settings)
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    logs.configure(logging.WARNING)
    stop_as_when_interrupted()
    try:
        uvloop.run(_demo(settings, listening, arguments.lang))
    except KeyboardInterrupt:
        return 0
    except (ServerFailure, LoadingFailed, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 1
    return 0


class LoadingFailed(Failure, RuntimeError):
    """The sample data could not be loaded; what it said stands above."""


async def _demo(settings: Settings, listening: socket.socket, lang: Language) -> None:
    from parindex.serving import serve
    from parindex.store.installation import database

    address, _ = settings.address, translator(lang)
    folder = settings.data.absolute()
    print(_("đang khởi động PostgreSQL trong %(folder)s", folder=folder), file=sys.stderr, flush=True)
    async with database(settings, broken=_cut_short(settings)) as addresses:

        async def load() -> None:
            if not await _asked(settings, addresses.app, "loaded"):
                loading = _("đang chạy tại %(address)s; dữ liệu mẫu đang được nạp", address=address)
                print(loading, file=sys.stderr, flush=True)
                await _load_in_child(settings, addresses, lang)
            print(_told(settings, address, _), flush=True)
            print(f"ready {address}", flush=True)

        await serve(settings, addresses, listening, beside=load)


async def _load_in_child(settings: Settings, addresses: Addresses, lang: Language) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": addresses.app,
        "DATABASE_MIGRATOR_URL": addresses.migrator,
        "DATABASE_SEALER_URL": addresses.sealer,
        "PARINDEX_DATA": str(settings.data.absolute()),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parindex", "--lang", lang, "demo", "--load-embedded", env=environment, stdout=sys.stderr
    )
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        child.terminate()
        await child.wait()
        raise
    if code != 0:
        raise LoadingFailed(N_("không nạp được dữ liệu mẫu"))


def _cut_short(settings: Settings) -> Callable[[str], Awaitable[bool]]:
    return lambda url: _asked(settings, url, "half_loaded")


async def _asked(settings: Settings, url: str, question: Literal["loaded", "half_loaded"]) -> bool:
    from parindex.practice import demo
    from parindex.store.database import Database

    found = await Database.connect(url, size=1)
    try:
        answer: bool = await getattr(demo, question)(found, settings.tenant)
        return answer
    finally:
        await found.close()


def _told(settings: Settings, address: str, translate: Callable[..., str]) -> str:
    from parindex.practice import accounts

    links = settings.data / "survey-links.txt"
    first = links.read_text(encoding="utf-8").split("\n", 1)[0] if links.exists() else ""
    told = accounts.told(address, translate)
    if first:
        told += "\n" + translate(N_("%(address)s   phiếu khảo sát (mô phỏng)"), address=address + first)
    return told


def _load_embedded(settings: Settings, lang: Language) -> int:
    from parindex.practice.demo import load

    try:
        asyncio.run(load(settings, lang))
    except KeyboardInterrupt:
        return 1
    return 0
