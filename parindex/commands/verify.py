"""``parindex verify DIR-or-FILE``: whether an edition is what was signed, by whom, and whether its numbers follow."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from parindex.commands.failures import told
from parindex.reading.causes import system_cause
from parindex.text import N_, language, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from parindex.publication.verification import Verification

WORDS: Final = {"holds": N_("đúng"), "fails": N_("SAI"), "open": N_("chưa rõ")}


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("verify")
    parser.add_argument(
        "path", type=Path, metavar="DIR-or-FILE", help=N_("thư mục do parindex publish ghi, hoặc một tệp ấn bản")
    )
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help=N_("khóa công khai phải là của người ký (PEM hoặc /keys.json)")
    )
    parser.add_argument(
        "--strict", action="store_true", help=N_("coi là không đạt (mã kết thúc 1) khi không rõ người ký")
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something is broken, 2 when it cannot be read."""
    from parindex.publication import trust
    from parindex.publication.keys import BrokenKey
    from parindex.publication.verification import verify_path
    from parindex.settings import BrokenSetting, from_environment

    translate = translator(language(arguments.lang))
    try:
        known = trust.known(given=arguments.key, pinned=from_environment().trusted_keys)
        verdict = verify_path(arguments.path, known)
    except (BrokenKey, BrokenSetting) as error:
        print(told(error, arguments.lang), file=sys.stderr)
        return 2
    except OSError as error:
        message = N_("Không đọc được %(path)s: %(why)s.")
        print(translate(message, path=error.filename, why=system_cause(error).text(translate)), file=sys.stderr)
        return 2
    good = verdict.holds and (verdict.signer_known or not arguments.strict)
    print(report(verdict, translate, good=good, strict=arguments.strict), file=sys.stdout if good else sys.stderr)
    return 0 if good else 1


def report(verdict: Verification, translate: Callable[..., str], *, good: bool, strict: bool) -> str:
    """A line a check, then what it comes to."""
    lines = [f"{translate(WORDS[check.state])}: {check.text(translate)}" for check in verdict.checks]
    if good and verdict.signer_known:
        lines.append(translate(N_("Ấn bản %(number)s nguyên vẹn, người ký đã biết."), number=verdict.number))
    elif good:
        lines.append(
            translate(N_("Ấn bản %(number)s không thay đổi kể từ khi ký, chưa rõ người ký."), number=verdict.number)
        )
    elif verdict.holds and strict:
        lines.append(translate(N_("Chưa chấp nhận: chưa rõ người ký. Đề nghị chỉ rõ khóa tin cậy bằng --key.")))
    else:
        lines.append(translate(N_("Không chấp nhận: tệp không phải là ấn bản đã ký và công bố.")))
    return "\n".join(lines)
