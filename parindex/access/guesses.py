"""How many passwords may be tried: counted before the password is looked at, and given back where it was right.

Nobody can lock another out. Whoever tries from one place is slowed down for that place; a login is slowed down for
places that it was never used from; a browser that signed in before has a count of its own and never waits for the
failures of others. Counts lie in the database, for several servers share them, and each is taken under a lock of its
name: guesses sent side by side are counted one after another. Addresses and logins are kept as keyed digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from parindex.access import queries
from parindex.errors import Refused
from parindex.store.database import Connection
from parindex.store.ids import new_id

MINUTES: Final = 15
"""Over which failures are counted."""

OF_A_LOGIN_FROM_A_PLACE: Final = 8
"""Failures of one login from one address."""

OF_A_LOGIN: Final = 20
"""Failures of one login from all addresses, of browsers that are not known."""

OF_A_PLACE: Final = 40
"""Failures from one address with any login, of browsers that are not known."""

OF_A_BROWSER: Final = 20
"""Failures of one login from a browser that signed in with it before."""

KEPT_HOURS: Final = 24
"""How long a failure is kept."""

TELLING: Final = 5
"""Failures of a day, in one login, of which its owner is told."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A password that is about to be tried."""

    counts: tuple[tuple[bytes, int], ...]
    """Names that it is counted under, with the most failures of each."""

    clears: bytes
    """The name whose failures a right password forgives."""

    rows: tuple[UUID, ...] = ()
    """Where it was counted."""


def guess(secret: bytes, tenant_id: UUID, login: str, *, address: str, browser: bytes | None) -> Guess:
    """What an attempt is counted under.

    Args:
        secret: Keys the digests.
        tenant_id: Whose login.
        login: As it is compared.
        address: Where it comes from.
        browser: What the browser is known by, where it signed in with this login before.
    """

    def name(kind: str, *parts: bytes) -> bytes:
        return hashlib.blake2b(b"\0".join(parts), key=secret[:64], person=kind.encode(), digest_size=32).digest()

    of, place = tenant_id.bytes + login.encode(), address.encode()
    if browser is not None:
        own = name("browser", of, browser)
        return Guess(counts=((own, OF_A_BROWSER),), clears=own)
    pair = name("pair", of, place)
    return Guess(
        counts=((pair, OF_A_LOGIN_FROM_A_PLACE), (name("login", of), OF_A_LOGIN), (name("place", place), OF_A_PLACE)),
        clears=pair,
    )


async def count(connection: Connection, made: Guess) -> Guess:
    """Count an attempt, before its password is looked at.

    Raises:
        Refused: ``sign_in_paused``; then it was not counted and is not looked at.
    """
    names = sorted(name for name, _ in made.counts)
    await queries.hold_counts(connection, names)
    held = {row["login_digest"]: row for row in await queries.failures(connection, names, MINUTES)}
    waits = [
        held[name]["seconds"] for name, most in made.counts if name in held and held[name]["failures"] >= most
    ]  # fmt: skip
    if waits:
        seconds = max(1, int(max(waits)))
        raise Refused("sign_in_paused", minutes=-(-seconds // 60), seconds=seconds)
    rows = tuple(new_id() for _ in names)
    await queries.insert_failures(connection, list(zip(rows, names, strict=True)))
    return msgspec.structs.replace(made, rows=rows)


async def forgive(connection: Connection, made: Guess) -> None:
    """The password was right: the attempt is given back, and what failed before it here is forgiven."""
    await queries.forget_failures(connection, made.rows, made.clears)
    await queries.forget_old_failures(connection, KEPT_HOURS)


async def of_the_day(connection: Connection, made: Guess) -> int:
    """Failures of the day under the name that most stand under; what is older is forgotten."""
    await queries.forget_old_failures(connection, KEPT_HOURS)
    names: Sequence[bytes] = [name for name, _ in made.counts[:2]]
    return max((row["failures"] for row in await queries.failures(connection, names, KEPT_HOURS * 60)), default=0)
