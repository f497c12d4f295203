"""``parindex serve``: the platform on the database that the settings name."""

from __future__ import annotations

import argparse
import sys

from parindex import logs
from parindex.commands.failures import told
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser("serve")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    import uvloop

    from parindex.serving import listen, stop_as_when_interrupted

    try:
        settings = from_environment()
        listening = listen(settings)
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    logs.configure()
    stop_as_when_interrupted()
    try:
        uvloop.run(_serve(settings, listening))
    except KeyboardInterrupt:
        return 0
    except (ServerFailure, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings, listening: object) -> None:
    import socket

    from parindex.serving import serve
    from parindex.store.installation import database

    assert isinstance(listening, socket.socket)

    async def tell() -> None:
        print(settings.address, file=sys.stderr, flush=True)

    async with database(settings) as addresses:
        await serve(settings, addresses, listening, beside=tell)
