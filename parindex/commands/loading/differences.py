"""What the files of a year say otherwise than what stands: changed where it may change, refused where not."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from parindex.commands.failures import JUDGED
from parindex.commands.loading.faults import LoadFault
from parindex.messages import N_, Failure, Message, listed
from parindex.text import UNKNOWN, Language, translator

CHANGED: Final = N_("%(file)s:%(line)s: đã đổi %(name)s: %(kept)s → %(wanted)s")
REFUSED: Final = N_("%(name)s đang là %(kept)s, tệp ghi %(wanted)s. %(why)s")


class YearDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One value that the files give otherwise."""

    name: str
    """What it is, such as ``cycle.last_day`` or ``SNV: name_vi``."""

    kept: object
    """As it stands."""

    wanted: object
    """As the file says."""

    file: str
    """Which file."""

    line: int
    """Its line or row, from 1."""

    column: int = 0
    """From 1, in YAML."""

    def text(self, lang: Language) -> str:
        """That it was changed."""
        told = {"file": self.file, "line": self.line, "name": self.name}
        return translator(lang)(CHANGED, **told, kept=_shown(self.kept), wanted=_shown(self.wanted))

    def refused(self, why: Message) -> LoadFault:
        """That it may not be changed, with the reason and what to do."""
        said = Failure(REFUSED, name=self.name, kept=_shown(self.kept), wanted=_shown(self.wanted), why=why)
        return LoadFault(file=self.file, what=said, line=self.line, column=self.column, exit_code=JUDGED)


def _shown(value: object) -> str:
    if value is None or value == ():
        return UNKNOWN
    if isinstance(value, tuple):
        return listed(map(str, value))
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"“{value}”" if isinstance(value, str) else str(value)
