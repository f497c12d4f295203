"""What is wrong with the files of a year: each fault with its file, its line or row, and what is accepted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from parindex.commands.failures import JUDGED, fault_text
from parindex.commands.reading import Unreadable
from parindex.messages import Message
from parindex.reading.complaint import Complaint
from parindex.reading.csv_rows import TableFault
from parindex.scoring import Defect, Refusal
from parindex.text import Language, translator


class LoadFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that cannot be entered."""

    file: str
    """What the file is called, with its folder."""

    what: Defect | TableFault | Refusal | Complaint | Message
    """The fault as the reader of its file tells it."""

    line: int = 0
    """From 1, where the fault itself does not name its place; 0 where it is of the whole file."""

    column: int = 0
    """From 1, in YAML."""

    exit_code: int = JUDGED
    """Of `parindex.commands.failures`: ``UNREADABLE`` or ``JUDGED``."""

    def text(self, lang: Language) -> str:
        """The fault on one line; a questionnaire tells a line each fault of its own."""
        from parindex.api.shared.problems import sentence
        from parindex.surveys.questionnaire.strict_yaml import BrokenDocument
        from parindex.wording.complaints import defect_text, refusal_text

        place = ":".join(str(part) for part in (self.file, self.line, self.column if self.line else 0) if part)
        what = self.what
        if isinstance(what, Defect):
            return defect_text(what, lang) if what.line else f"{self.file}: {defect_text(what, lang)}"
        if isinstance(what, BrokenDocument | Unreadable):
            return what.text(translator(lang))
        if isinstance(what, TableFault):
            return f"{self.file}: {fault_text(what, lang)}"
        if isinstance(what, Refusal):
            return f"{self.file}: {refusal_text(what, lang)}"
        if isinstance(what, Complaint):
            title, detail = sentence(what.code, what.told, lang)
            return f"{place}: {detail or title}"
        why = what.values.get("why")
        if isinstance(why, Complaint):
            what = Message(what.message, **{**what.values, "why": sentence(why.code, why.told, lang)[1]})
        return f"{place}: {what.text(translator(lang))}"


class BrokenYear(Exception):
    """Files that cannot be entered, with everything that is wrong in them."""

    def __init__(self, faults: Sequence[LoadFault]) -> None:
        super().__init__("; ".join(f"{fault.file}:{fault.line}" for fault in faults[:5]))
        self.faults = tuple(faults)

    @property
    def exit_code(self) -> int:
        """Unreadable where one file is."""
        return max(fault.exit_code for fault in self.faults)

    def text(self, lang: Language) -> str:
        """A line a fault, file by file."""
        files = list(dict.fromkeys(fault.file for fault in self.faults))
        ordered = sorted(self.faults, key=lambda fault: (files.index(fault.file), fault.line, fault.column))
        return "\n".join(dict.fromkeys(fault.text(lang) for fault in ordered))
