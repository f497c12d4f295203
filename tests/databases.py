"""Databases of the tests: cloned from a template, dropped after use."""

from __future__ import annotations

import asyncpg

from parindex.store.embedded import EmbeddedServer


async def clone(server: EmbeddedServer, template: str, name: str) -> None:
    """A copy of a database that nobody is using."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'create database "{name}" template "{template}" strategy file_copy')
    await admin.close()


async def drop(server: EmbeddedServer, name: str) -> None:
    """Gone, whoever uses it."""
    admin = await asyncpg.connect(server.url("postgres", "postgres"))
    await admin.execute(f'drop database if exists "{name}" with (force)')
    await admin.close()
