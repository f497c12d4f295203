"""Why a command stops, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from parindex.errors import CATALOGUE, FieldError, Refused
from parindex.messages import N_, Failure, in_sentence
from parindex.reading.causes import system_cause
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import TableFault
from parindex.scoring.refusals import Defect, Refusal
from parindex.text import language, translator

JUDGED: Final = 1
"""Exit code of what was read and is refused, with its place."""

UNREADABLE: Final = 2
"""Exit code of a file that cannot be read as what it should be, and of a command that was called wrongly."""

OF_ANOTHER_KIND: Final = frozenset(
    {
        "not_utf8",
        "too_large",
        "workbook_unreadable",
        "workbook_locked",
        "workbook_too_large",
        "sheet_unknown",
        "sheet_of_csv",
    }
)
"""Why there is nothing in a file that could be judged, or not where the command was told to look."""


def exit_code_of(faults: Iterable[TableFault | Refusal | Defect]) -> int:
    """:data:`UNREADABLE` where a file is of another kind than it should be, else :data:`JUDGED`."""
    return UNREADABLE if any(one.code in OF_ANOTHER_KIND for one in faults) else JUDGED


class BrokenRows(Exception):
    """A table with what is wrong in it, and what the file is called."""

    def __init__(self, name: str, faults: Sequence[TableFault]) -> None:
        super().__init__(name)
        self.exit_code = exit_code_of(faults)
        self.name = name
        self.faults = tuple(faults)

    def text(self, lang: str) -> str:
        """A line a fault."""
        return "\n".join(f"{self.name}: {fault_text(fault, lang)}" for fault in self.faults)


def rows_of(fields: Sequence[FieldError]) -> list[TableFault]:
    """What a room refuses about the rows of a list, as faults of its table."""
    return [TableFault(code=one.code, row=int(one.values["row"]), values=dict(one.values)) for one in fields]


def fault_text(fault: TableFault, lang: str) -> str:
    """One fault of a table, with its row, of a workbook with sheet and cell too."""
    return fault_words(fault, translator(language(lang)))


def fault_words(fault: TableFault, translate: Callable[..., str]) -> str:
    """The same where the language is known by its translator."""
    values = dict(fault.values)
    if isinstance(why := values.get("why"), Complaint):
        values["why"] = _sentence(why.code, why.told, translate)
    values = {name: in_sentence(value, translate) for name, value in values.items()}
    return f"{place_text(values, translate)}{_sentence(fault.code, values, translate)}"


def _sentence(code: str, values: Mapping[str, object], translate: Callable[..., str]) -> str:
    kind = CATALOGUE[code]
    try:
        return translate(kind.detail or kind.title, **values)
    except KeyError:
        return translate(kind.title)


def place_text(values: Mapping[str, object], translate: Callable[..., str]) -> str:
    """Sheet and cell before what is said about them; nothing where there is no sheet."""
    if not values.get("sheet"):
        return ""
    cell = translate(N_("ô %(cell)s"), cell=values["cell"]) if values.get("cell") else ""
    return ", ".join(filter(None, [f"sheet “{values['sheet']}”", cell])) + ": "


def told(error: Exception, lang: str) -> str:
    """What failed: a failure of the house in its sentence, one of the system with the words that it has for it."""
    translate = translator(language(lang))
    if isinstance(error, BrokenRows):
        return error.text(lang)
    if isinstance(error, Failure):
        return error.text(translate)
    if isinstance(error, Refused):
        from parindex.api.shared.problems import sentence

        return " ".join(filter(None, sentence(error.code, error.values, language(lang))))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return where + system_cause(error).text(translate)
    return str(error)
