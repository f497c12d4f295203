"""What somebody gives as a criteria set, a YAML file, our workbook or the annex of a decision, read to the last defect.

Values in, values out: reading may take a second and is done outside of the loop that serves pages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from parindex import scoring
from parindex.approvals.model import LineFault, OutlineLine
from parindex.criteria_workbook import Heading, WorkbookProblem, problem_text, read_workbook
from parindex.reading.workbook_rows import is_workbook
from parindex.scoring import CriteriaSet, Defect
from parindex.scoring.law.frameworks import written_out
from parindex.scoring.law.reading import VERSION, SetReading
from parindex.scoring.law.tree_lines import TreeLine, head_of, tree_lines
from parindex.scoring.law.yaml_tree import Node, read_tree, tree_of
from parindex.text import LANGUAGES, N_, Language, fold, translator
from parindex.wording import complaints
from parindex.wording.lookalikes import set_twins

LARGEST: Final = 5_000_000
"""Bytes of a file that is taken."""

_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
_OF_COMMANDS: Final = ("tier_taken", "year_taken", "several_tables")
"""Notes that speak of the options of a command; a form has asked for these."""

_NOBODY: Final = N_(
    "Chưa nêu cơ quan thẩm định cho %(count)s tiêu chí thành phần ở đây; không năm nào mở được với bộ này."
)
_AT: Final = N_("Dòng %(line)s, cột %(column)s: %(told)s")


class GivenSet(msgspec.Struct, frozen=True, kw_only=True):
    """What was read."""

    criteria_set: CriteriaSet | None
    """``None`` while something is wrong with it."""

    head: Mapping[str, str]
    """Plain words of its head: ``set``, ``version``, ``tier``."""

    outline: tuple[OutlineLine, ...]
    """Its rows as they stand."""

    faults: tuple[LineFault, ...]
    """Everything wrong, and what is to be looked at."""

    unreadable: bool = False
    """Nothing could be read at all."""

    names_itself: bool = True
    """Whether it is a form of ours, which says set, version and tier; an annex says none of them."""


def framework_named(data: bytes, name: str) -> tuple[str, str] | None:
    """(family, version) of the framework with which a file has to be read. Never raises."""
    if is_workbook(data) or name.lower().endswith(_TABLES):
        return None
    return scoring.named_framework(data)


def read_given(data: bytes, name: str, heading: Heading, framework: CriteriaSet | None = None) -> GivenSet:
    """Read a file. Never raises, whatever the bytes are.

    Args:
        data: The file.
        name: Its name; a table is told from YAML by it and by the content.
        heading: What an annex does not say.
        framework: The published set to which it adds criteria.
    """
    if is_workbook(data) or name.lower().endswith(_TABLES):
        return _of_workbook(data, name, heading)
    defects: list[Defect] = []
    tree = read_tree(data, defects)
    whole = None if tree is None else written_out(tree, framework, SetReading(""))
    return _of_tree(scoring.check_bytes(data, "", framework), whole or tree)


def family_name(typed: str) -> str:
    """The name of a set as a word for machines.

    >>> family_name("Bộ tiêu chí cấp xã 2027")
    'bo-tieu-chi-cap-xa-2027'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(typed)).strip("-")[:60]


def is_version(typed: str) -> bool:
    """Whether a version may be called so."""
    return VERSION.fullmatch(typed) is not None


def of_document(document: Mapping[str, Any]) -> GivenSet:
    """A set from its stored document after something of it was changed."""
    tree = tree_of(document)
    return _of_tree(scoring.check_tree(tree, ""), tree)


def check_cases(cases: str, criteria_set: CriteriaSet) -> tuple[int, tuple[LineFault, ...]]:
    """How many worked cases there are, and those that do not hold, each at the criterion that it is about."""
    if not cases.strip():
        return 0, ()
    codes = {place.code for place in scoring.walk(criteria_set)}
    checked = scoring.run_cases(cases.encode(), "", criteria_set)
    return checked.count, tuple(_fault("case", defect, _case_code(defect, codes)) for defect in checked.defects)


def _of_tree(checked: scoring.Checked, tree: Node | None) -> GivenSet:
    lines = tuple(tree_lines(tree))
    code_at = {line: one.code for one in lines for line in sorted(one.places, reverse=True)}
    faults = [_fault("error", defect, code_at.get(defect.line) if defect.line else None) for defect in checked.defects]
    faults += [_fault("note", defect, code_at.get(defect.line)) for defect in checked.warnings]
    found = checked.criteria_set
    return GivenSet(
        criteria_set=found, head=head_of(tree), outline=_outline(lines),
        faults=(*faults, *(_of_set(found) if found else ())), unreadable=tree is None,
    )  # fmt: skip


def _of_workbook(data: bytes, name: str, heading: Heading) -> GivenSet:
    read = read_workbook(data, name, heading)
    lines = tuple(tree_lines(read.tree))
    code_at: dict[tuple[str, int], str] = {}
    for one in lines:
        for at in one.places:
            if at < len(read.places) and read.places[at].row:
                code_at.setdefault((read.places[at].sheet, read.places[at].row), one.code)
    notes = [note for note in read.notes if note.code not in _OF_COMMANDS]
    told = [("error", problem) for problem in read.problems] + [("note", note) for note in notes]
    faults = tuple(_told(level, one, code_at) for level, one in told)
    found = read.criteria_set
    return GivenSet(
        criteria_set=found, head=head_of(read.tree), outline=_outline(lines),
        faults=(*faults, *(_of_set(found) if found else ())), unreadable=read.tree is None, names_itself=read.ours,
    )  # fmt: skip


def _of_set(criteria_set: CriteriaSet) -> Iterator[LineFault]:
    """What a whole set still lacks or what looks alike in it."""
    for code, below in scoring.without_appraiser(criteria_set).items():
        vi, en = (translator(lang)(_NOBODY, count=len(below)) for lang in LANGUAGES)
        yield LineFault(level="error", code=code, vi=vi, en=en)
    for twin in set_twins(criteria_set, ""):
        vi, en = (twin.text(translator(lang)).strip() for lang in LANGUAGES)
        yield LineFault(level="note", code=None, vi=vi, en=en)


def _told(level: Any, problem: WorkbookProblem, code_at: Mapping[tuple[str, int], str]) -> LineFault:
    return LineFault(
        level=level, code=code_at.get((problem.place.sheet, problem.place.row)),
        vi=problem_text(problem, "", LANGUAGES[0]), en=problem_text(problem, "", LANGUAGES[1]),
    )  # fmt: skip


def _fault(level: Any, defect: Defect, code: str | None) -> LineFault:
    vi, en = (_placed(defect, lang) for lang in LANGUAGES)
    return LineFault(level=level, code=code, vi=vi, en=en)


def _placed(defect: Defect, lang: Language) -> str:
    told = complaints.defect_text(msgspec.structs.replace(defect, line=0), lang)
    if not defect.line:
        return told
    return translator(lang)(_AT, line=defect.line, column=defect.column, told=told)


def _case_code(defect: Defect, codes: Collection[str]) -> str | None:
    what = defect.values.get("what")
    return what if isinstance(what, str) and what in codes else None


def _outline(lines: Iterable[TreeLine]) -> tuple[OutlineLine, ...]:
    return tuple(
        OutlineLine(code=one.code[:60], title=one.title[:2000], max=one.max[:40], depth=one.depth, leaf=one.leaf)
        for one in lines
    )
