"""``parindex migrate``: bring the database to the newest version, or print what an administrator runs once."""

from __future__ import annotations

import argparse
import asyncio
import sys

from parindex.commands.failures import told
from parindex.messages import N_
from parindex.settings import BrokenSetting, Settings, from_environment
from parindex.store.embedded import ServerFailure


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("migrate")
    parser.add_argument(
        "--print-roles", metavar="DATABASE", help=N_("in các câu lệnh để người quản trị cơ sở dữ liệu tạo ba vai trò")
    )


def run(arguments: argparse.Namespace) -> int:
    """Migrate; harmless when repeated."""
    from parindex.store.migrate import newest, role_statements

    if arguments.print_roles:
        print(";\n".join(role_statements(arguments.print_roles)) + ";")
        return 0
    try:
        settings = from_environment()
    except BrokenSetting as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    try:
        asyncio.run(_migrate(settings))
    except (ServerFailure, OSError) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 1
    print(newest())
    return 0


async def _migrate(settings: Settings) -> None:
    from parindex.store.installation import database

    async with database(settings):
        pass
