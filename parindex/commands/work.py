"""``parindex work``: a worker alone, on the database that the settings name."""

from __future__ import annotations

import argparse
import sys

from parindex import logs
from parindex.commands.failures import told
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    subparsers.add_parser("work")


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop."""
    import uvloop

    from parindex.errors import Refused
    from parindex.serving import stop_as_when_interrupted

    try:
        settings = from_environment()
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    logs.configure()
    stop_as_when_interrupted()
    try:
        uvloop.run(_work(settings))
    except KeyboardInterrupt:
        return 0
    except (ServerFailure, Refused, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 1
    return 0


async def _work(settings: Settings) -> None:
    from parindex.serving import work
    from parindex.store.installation import database

    async with database(settings) as addresses:
        print("working", file=sys.stderr, flush=True)
        await work(settings, addresses)
