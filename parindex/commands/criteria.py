"""``parindex criteria check``: whether criteria sets are whole, and whether their worked cases hold.

The other actions stand in `criteria_versions` and `criteria_workbooks`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from parindex.commands import criteria_versions, criteria_workbooks, frameworks
from parindex.commands.command_parser import worded
from parindex.commands.criteria_versions import CROSSWALK
from parindex.commands.failures import exit_code_of, told
from parindex.commands.reading import Unreadable, contents, said
from parindex.messages import N_

if TYPE_CHECKING:
    from parindex.scoring import CriteriaSet

CASES = ".cases.yaml"
_CROSSWALK: Final = re.compile(rb"^crosswalk\s*:", re.MULTILINE)
_SET: Final = re.compile(rb"^set\s*:", re.MULTILINE)


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("criteria")
    actions = parser.add_subparsers(dest="action", metavar=worded(N_("việc")), required=True)
    check = actions.add_parser("check", help=N_("kiểm tra chặt chẽ bộ tiêu chí và chạy các ví dụ mẫu"))
    check.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="SET.yaml",
        help=N_("bộ tiêu chí, hoặc thư mục chứa chúng; không nêu: các bộ đi kèm hệ thống"),
    )
    frameworks.declare(check)
    criteria_versions.add(actions)
    criteria_workbooks.add(actions)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 where every set is whole and every case holds, 1 where one is not, 2 where one cannot be read."""
    if "act" in arguments:
        return criteria_versions.run(arguments)
    if "workbook" in arguments:
        return criteria_workbooks.run(arguments)
    lines: list[str] = []
    code = 0
    try:
        for path in _sets(arguments.paths):
            code = max(code, _check(path, arguments.lang, lines, arguments.framework))
    except Unreadable as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    if code:
        return code
    print("\n".join(lines))
    return 0


def _sets(paths: list[Path]) -> Iterator[Path]:
    from parindex.places import data_folder

    given = paths or [data_folder("criteria")]
    for path in given:
        if not path.is_dir():
            # Worked cases are run with their set, which a pattern such as *.yaml names too.
            of = path.with_name(path.name.removesuffix(CASES) + ".yaml") if path.name.endswith(CASES) else path
            if of is path or of not in given:
                yield of
            continue
        found = sorted(file for file in path.rglob("*.yaml") if not file.name.endswith((CASES, CROSSWALK)))
        found += sorted(path.rglob("*" + CROSSWALK))
        if not found:
            raise Unreadable(N_("không có bộ tiêu chí (.yaml) nào trong %(path)s"), path=path)
        yield from found


def _check(path: Path, lang: str, lines: list[str], framework: Path | None = None) -> int:
    """0 where one set is good, else the exit code; what to say of it goes to `lines`, what is wrong to standard error."""
    from parindex import text
    from parindex.scoring import BrokenSet
    from parindex.wording import complaints
    from parindex.wording.lookalikes import set_twins

    data = contents(path)
    if path.name.endswith(CROSSWALK) or (_CROSSWALK.search(data) and not _SET.search(data)):
        return criteria_versions.check(path, lang, lines)
    language = text.language(lang)
    try:
        checked = frameworks.checked_set(path, framework)
    except BrokenSet as error:
        for defect in error.defects:
            print(complaints.defect_text(defect, language), file=sys.stderr)
        return exit_code_of(error.defects)
    for warning in checked.warnings:
        print(f"{said('warning', lang)}: {complaints.defect_text(warning, language)}", file=sys.stderr)
    for twin in set_twins(checked.criteria_set, str(path)) if checked.criteria_set else ():
        print(f"{said('warning', lang)}: {twin.text(text.translator(language))}", file=sys.stderr)
    for defect in (*checked.defects, *checked.unappraised):
        print(complaints.defect_text(defect, language), file=sys.stderr)
    if checked.criteria_set is None:
        return exit_code_of(checked.defects)
    lines.extend(_summary(path, checked.criteria_set, lang))
    if checked.untranslated:
        lines.append(said("untranslated", lang, n=checked.untranslated))
    return 0 if _cases(path, checked.criteria_set, lang, lines) and not checked.unappraised else 1


def _summary(path: Path, criteria_set: CriteriaSet, lang: str) -> Iterator[str]:
    from parindex.scoring import counts, digest, shortest

    size = counts(criteria_set)
    yield said(
        "set_good",
        lang,
        path=path,
        title=criteria_set.title.get(lang),
        areas=size.areas,
        criteria=size.criteria,
        parts=size.parts,
        max=shortest(criteria_set.max),
    )
    yield said("digest", lang, digest=digest(criteria_set))
    belongs = Path(criteria_set.family, f"{criteria_set.version}.yaml")
    if path.absolute().parts[-2:] != belongs.parts:
        names = {"set": criteria_set.family, "version": criteria_set.version}
        note = said("folder_differs", lang, path=path, expected=belongs, **names)
        print(f"{said('warning', lang)}: {note}", file=sys.stderr)


def _cases(path: Path, criteria_set: CriteriaSet, lang: str, lines: list[str]) -> bool:
    from parindex import text
    from parindex.scoring import run_cases
    from parindex.wording import complaints

    beside = path.with_name(path.name.removesuffix(".yaml") + CASES)
    if not beside.exists():
        lines.append(said("no_cases", lang, path=beside))
        return True
    checked = run_cases(contents(beside), str(beside), criteria_set)
    for defect in checked.defects:
        print(complaints.defect_text(defect, text.language(lang)), file=sys.stderr)
    if not checked.defects:
        lines.append(said("cases_good", lang, n=checked.count))
    return not checked.defects
