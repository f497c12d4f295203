"""The kind of a document by the letters in its number, after the tenant's list of kinds."""

from __future__ import annotations

from collections.abc import Mapping

from parindex.agencies.code_lists import queries
from parindex.agencies.code_lists.model import CodeEntry
from parindex.store.database import Connection

LIST = "document_types"


async def kinds(connection: Connection) -> Mapping[str, CodeEntry]:
    """The kinds of the newest list by their codes in capitals; none where no list was issued."""
    held = await queries.one(connection, LIST)
    return {one.code.upper(): one for one in held.entries} if held else {}


def kind_of(number: str, known: Mapping[str, CodeEntry]) -> CodeEntry | None:
    """The kind that a number names; none where it has no letters, or the list has not got them.

    >>> kinds = {"KH": CodeEntry(code="KH", name_vi="Kế hoạch"), "QĐ": CodeEntry(code="QĐ", name_vi="Quyết định")}
    >>> [found.name_vi for text in ("12/KH-UBND", "05/2024/QĐ-UBND", "7/qđ") if (found := kind_of(text, kinds))]
    ['Kế hoạch', 'Quyết định', 'Quyết định']
    >>> kind_of("12/UBND-VX", kinds), kind_of("12", kinds), kind_of("KH-UBND", kinds)
    (None, None, None)
    """
    before, slash, symbol = number.rpartition("/")
    return known.get(symbol.partition("-")[0].strip().upper()) if slash and before else None
