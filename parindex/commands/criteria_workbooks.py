"""``parindex criteria export | import``: a set as a workbook for officials, and back."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from parindex import text
from parindex.commands import frameworks
from parindex.commands.command_parser import whole_number
from parindex.commands.failures import exit_code_of, told
from parindex.commands.reading import Unreadable, contents
from parindex.messages import N_, listed
from parindex.reading.causes import system_cause

if TYPE_CHECKING:
    from parindex.criteria_workbook import Heading

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*\Z")
_SAID: Final[Mapping[str, str]] = {
    "written": N_("Đã ghi %(path)s (mã kiểm tra %(digest)s)."),
    "too_long": N_("một nội dung dài hơn một ô của bảng tính (32.767 ký tự): “%(found)s…”. Hãy rút gọn."),
    "not_written": N_("không ghi được tệp %(path)s: %(why)s"),
    "note": N_("lưu ý"),
    "of_annexes": N_("%(path)s là sổ do hệ thống xuất, tự nêu mọi nội dung của bộ: %(options)s không có tác dụng."),
    "other_tier": N_(
        "--tier “%(found)s” không thuộc các cấp của danh mục cơ quan (%(known)s) nên không năm nào mở được với bộ này."
    ),
    "there_already": N_("%(path)s đã có; không ghi đè. Hãy chọn tên khác, hoặc thêm --force nếu muốn thay tệp này."),
}


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare both actions."""
    out = actions.add_parser("export", help=N_("xuất bộ tiêu chí thành sổ tính để đọc và sửa"))
    out.add_argument("path", type=Path, metavar="SET.yaml", help=N_("bộ tiêu chí"))
    frameworks.declare(out)
    out.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx", help=N_("sổ tính sẽ ghi"))
    out.set_defaults(workbook=_export)
    back = actions.add_parser(
        "import", help=N_("lập bộ tiêu chí từ sổ tính của nó, hoặc từ phụ lục của một quyết định")
    )
    back.add_argument("path", type=Path, metavar="FILE.xlsx", help=N_("sổ tính"))
    back.add_argument("--out", type=Path, required=True, metavar="SET.yaml", help=N_("tệp bộ tiêu chí sẽ ghi"))
    back.add_argument("--force", action="store_true", help=N_("ghi đè lên tệp đã có"))
    annex = back.add_argument_group(
        N_("với phụ lục của quyết định"), N_("những gì bảng STT, tên, điểm tối đa, ghi chú không nêu")
    )
    annex.add_argument("--sheet", metavar="NAME", help=N_("tên sheet, nếu nhiều sheet có bảng"))
    annex.add_argument(
        "--set", dest="family", metavar="SET", help=N_("tên bộ tiêu chí (mặc định: tên thư mục của --out)")
    )
    annex.add_argument("--version", metavar="VERSION", help=N_("phiên bản (mặc định: tên tệp của --out)"))
    annex.add_argument("--title", help=N_("tên gọi của bộ (mặc định: dòng phía trên bảng)"))
    annex.add_argument(
        "--tier", help=N_("cấp: ministry (bộ), province (tỉnh), department (sở), commune (xã) hoặc cấp khác")
    )
    annex.add_argument(
        "--year", type=whole_number(1900, 2100), help=N_("năm đánh giá (mặc định: năm nêu trong tên gọi)")
    )
    annex.add_argument(
        "--official", action="store_true", help=N_("phụ lục đã có hiệu lực; không nêu thì bộ là bộ minh họa")
    )
    back.set_defaults(workbook=_import)


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 with the file written, 1 where the input is broken, 2 where a file cannot be read or written."""
    act: Callable[[argparse.Namespace], int] = arguments.workbook
    try:
        return act(arguments)
    except Unreadable as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2


def _export(arguments: argparse.Namespace) -> int:
    from parindex.criteria_workbook import TooLong, workbook_of
    from parindex.scoring import BrokenSet, digest
    from parindex.wording import complaints

    lang = text.language(arguments.lang)
    try:
        criteria_set = frameworks.whole_set(arguments.path, arguments.framework)
        written = workbook_of(criteria_set, lang)
    except BrokenSet as error:
        for defect in error.defects:
            print(complaints.defect_text(defect, lang), file=sys.stderr)
        return exit_code_of(error.defects)
    except TooLong as error:
        print(_said("too_long", lang, found=error.text[:60]), file=sys.stderr)
        return 1
    return _write(arguments.out, written, digest(criteria_set), lang)


def _import(arguments: argparse.Namespace) -> int:
    from parindex.criteria_workbook import problem_text, read_workbook, yaml_text
    from parindex.scoring import Defect, digest, without_appraiser
    from parindex.wording.complaints import defect_text
    from parindex.wording.lookalikes import set_twins

    lang = text.language(arguments.lang)
    name = str(arguments.path)
    _check_tier(arguments.tier, lang)
    imported = read_workbook(contents(arguments.path), name, _heading(arguments), arguments.sheet)
    if imported.ours and (idle := _of_annexes(arguments)):
        print(f"{_said('note', lang)}: {_said('of_annexes', lang, path=name, options=listed(idle))}", file=sys.stderr)
    for note in imported.notes:
        print(f"{_said('note', lang)}: {problem_text(note, name, lang)}", file=sys.stderr)
    for problem in imported.problems:
        print(problem_text(problem, name, lang), file=sys.stderr)
    if imported.criteria_set is None:
        return 2 if imported.unreadable else 1
    for code, below in without_appraiser(imported.criteria_set).items():
        missing = Defect(code="no_appraiser", values={"found": code, "leaves": below})
        print(f"{_said('note', lang)}: {defect_text(missing, lang)}", file=sys.stderr)
    for twin in set_twins(imported.criteria_set, name):
        print(f"{_said('note', lang)}: {twin.text(text.translator(lang))}", file=sys.stderr)
    written = yaml_text(imported.criteria_set).encode()
    if arguments.out.exists() and not arguments.force:
        print(_said("there_already", lang, path=arguments.out), file=sys.stderr)
        return 2
    return _write(arguments.out, written, digest(imported.criteria_set), lang)


def _check_tier(tier: str | None, lang: text.Language) -> None:
    """Name the tiers where another one is written; another name of a tier is only noted.

    Raises:
        Unreadable: what is written is no name of a tier.
    """
    from parindex.agencies.model import TIERS

    if tier is None or tier in TIERS:
        return
    known = listed(TIERS)
    if not _SLUG.match(tier):
        raise Unreadable(N_("--tier “%(found)s” không phải tên cấp. Các cấp: %(known)s."), found=tier, known=known)
    print(f"{_said('note', lang)}: {_said('other_tier', lang, found=tier, known=known)}", file=sys.stderr)


def _of_annexes(arguments: argparse.Namespace) -> list[str]:
    """Options that say what an annex does not."""
    given = {
        "--sheet": arguments.sheet, "--set": arguments.family, "--version": arguments.version,
        "--title": arguments.title, "--tier": arguments.tier, "--year": arguments.year, "--official": arguments.official,
    }  # fmt: skip
    return [option for option, value in given.items() if value]


def _heading(arguments: argparse.Namespace) -> Heading:
    """What an annex does not say; set and version by the place where the file will lie."""
    from parindex.criteria_workbook import Heading

    folder, stem = arguments.out.absolute().parent.name, arguments.out.stem
    return Heading(
        family=arguments.family or (folder if _SLUG.match(folder) else "phu-luc"),
        version=arguments.version or (stem if _VERSION.match(stem) else "1"),
        tier=arguments.tier,
        year=arguments.year,
        title=arguments.title,
        official=arguments.official,
    )


def _write(path: Path, data: bytes, digest: str, lang: text.Language) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        why = system_cause(error).text(text.translator(lang))
        print(_said("not_written", lang, path=path, why=why), file=sys.stderr)
        return 2
    print(_said("written", lang, path=path, digest=digest))
    return 0


def _said(key: str, lang: text.Language, **values: object) -> str:
    return text.translator(lang)(_SAID[key], **values)
