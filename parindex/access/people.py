"""Accounts: made by invitation, a password is set by its owner."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final
from uuid import UUID

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parindex import audit
from parindex.access import administrators, guessable_passwords, queries
from parindex.access.model import ROLES, Person
from parindex.errors import Refused
from parindex.reading.text import nfc
from parindex.store.database import Connection
from parindex.store.ids import new_id

UUID_LENGTH: Final = 36

_hasher = PasswordHasher()


async def names(connection: Connection, actors: Iterable[str]) -> dict[str, str]:
    """Names by actor, of those that are persons."""
    ids = [UUID(actor) for actor in actors if len(actor) == UUID_LENGTH]
    return {str(row["id"]): row["name"] for row in await queries.names(connection, ids)} if ids else {}


async def by_actor(connection: Connection, actor: str) -> Person | None:
    """The person of an actor with the roles that hold now; none for the system and for a disabled account."""
    return await queries.person_by_id(connection, UUID(actor)) if len(actor) == UUID_LENGTH else None


async def staffed(connection: Connection, roles: Sequence[str]) -> set[UUID]:
    """Agencies that have somebody in use with one of the roles today."""
    return set(await queries.staffed(connection, roles))


async def add_person(
    connection: Connection,
    *,
    login: str,
    name: str,
    roles: Iterable[str],
    agency_id: UUID | None = None,
    password_hash: str | None = None,
    email: str | None = None,
    by: str = "system",
) -> UUID:
    """Make an account; without a password hash its owner sets one through :func:`invite`.

    Args:
        connection: Within the tenant.
        login: What is typed at sign-in.
        name: As they are called.
        roles: Of :data:`ROLES`, from now on.
        agency_id: The agency; ``None`` for the tenant's own staff.
        password_hash: Of a password that is set already.
        email: Where mail reaches them.
        by: Who makes it.

    Raises:
        ValueError: a role that does not exist.
    """
    granted = sorted(set(roles))
    if unknown := set(granted) - ROLES.keys():
        raise ValueError(f"unknown roles: {sorted(unknown)}")
    person_id = new_id()
    await queries.insert_person(connection, person_id, login_name(login), nfc(name), agency_id, password_hash, email)
    if granted:
        await queries.insert_grants(connection, person_id, [(new_id(), role) for role in granted], None)
    await audit.record(
        connection, actor=by, tag="access:person:add", subject=str(person_id),
        after={"login": audit.keyed(login), "roles": granted, "agency": agency_id},
    )  # fmt: skip
    return person_id


class StandingAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as it stands."""

    id: UUID
    """The person."""

    login: str
    """As it is stored and compared."""

    name: str
    """Name shown."""

    email: str | None
    """Where mail reaches them."""

    agency_id: UUID | None
    """The agency that the person works for."""

    agency: str | None
    """Its code."""

    disabled: bool
    """Whether nobody signs in with it any more."""

    roles: tuple[str, ...]
    """Roles that hold now, in the order of the alphabet."""


async def accounts(connection: Connection) -> list[StandingAccount]:
    """Every account, also those that are disabled."""
    rows = [dict(row) for row in await queries.accounts(connection)]
    return [StandingAccount(**{**row, "roles": tuple(row["roles"])}) for row in rows]


async def change(
    connection: Connection,
    account: StandingAccount,
    *,
    name: str,
    agency_id: UUID | None,
    roles: Iterable[str],
    by: str,
) -> None:
    """Give an account another name, agency or roles; what is the same writes nothing.

    Raises:
        Refused: ``last_administrator``.
    """
    await rename(connection, account, name=name, agency_id=agency_id, email=account.email, by=by)
    wanted = set(roles)
    if granted := sorted(wanted - set(account.roles)):
        await queries.insert_grants(connection, account.id, [(new_id(), role) for role in granted], None)
        await audit.record(
            connection, actor=by, tag="access:grant:add", subject=str(account.id), after={"roles": granted}
        )
    if ended := sorted(set(account.roles) - wanted):
        async with administrators.kept(connection):
            await queries.end_grants(connection, account.id, ended)
        await audit.record(
            connection, actor=by, tag="access:grant:end", subject=str(account.id), before={"roles": ended}
        )


async def rename(
    connection: Connection, account: StandingAccount, *, name: str, agency_id: UUID | None, email: str | None, by: str
) -> None:
    """Give an account another name, agency or address of mail; what is the same writes nothing."""
    name = nfc(name)
    if (name, agency_id, email) == (account.name, account.agency_id, account.email):
        return
    await queries.update_person(connection, account.id, name, agency_id, email)
    mail = (account.email, email)
    before, after = ({"email": audit.keyed(one or "")} if mail[0] != mail[1] else {} for one in mail)
    await audit.record(
        connection, actor=by, tag="access:person:change", subject=str(account.id),
        before={"name": audit.keyed(account.name), "agency": account.agency_id, **before},
        after={"name": audit.keyed(name), "agency": agency_id, **after},
    )  # fmt: skip


def check_password(password: str, login: str, about: Iterable[str]) -> None:
    """Whether a password may be chosen.

    Args:
        password: As it was typed.
        login: What it is typed beside.
        about: What names its owner and the house.

    Raises:
        Refused: ``password_weak``, ``password_common``.
    """
    if len(password) < guessable_passwords.SHORTEST or password.casefold() == login:
        raise Refused("password_weak")
    if guessable_passwords.easily_guessed(password, about):
        raise Refused("password_common")


def login_name(login: str) -> str:
    """The form in which logins are stored and compared."""
    return nfc(login).casefold()


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256; a token has enough entropy to need no salt."""
    return hashlib.sha256(token.encode()).digest()


def hash_password(password: str) -> str:
    """Argon2id with the library's parameters."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Compare; an absent password costs the same time as a wrong one."""
    try:
        return _hasher.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
