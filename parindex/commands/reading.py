"""What the scoring commands share: reading a file, or saying why not, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from parindex.messages import Failure
from parindex.reading.causes import system_cause
from parindex.text import N_, NC_, language, translator

_SAID: Final[Mapping[str, str]] = {
    "reading": N_("Đang đọc số liệu vào bộ nhớ…"),
    "scoring": N_("Đã đọc số liệu của %(n)s cơ quan. Đang chấm điểm…"),
    "progress": N_("Đã chấm %(n)s cơ quan (%(percent)s%%)…"),
    "unsorted": N_(
        "lưu ý: số liệu không sắp xếp theo cơ quan (“%(agency)s” lại xuất hiện ở dòng %(row)s) nên toàn bộ tệp được "
        "giữ trong bộ nhớ; sắp xếp theo cơ quan thì bộ nhớ không tăng theo tệp."
    ),
    "complete": N_("đủ số liệu"),
    "incomplete": N_("chưa đủ số liệu"),
    "no_submission": N_("chưa nộp"),
    "column_rank": N_("Hạng"),
    "column_agency": N_("Cơ quan"),
    "column_points": N_("Điểm"),
    "column_max": NC_("column", "Điểm tối đa"),
    "column_index": N_("Chỉ số (%)"),
    "column_class": N_("Xếp loại"),
    "column_status": N_("Tình trạng"),
    "column_group_rank": N_("Hạng trong nhóm"),
    "column_flags": N_("Cần xem lại"),
    "set_good": N_(
        "%(path)s: %(title)s, %(areas)s lĩnh vực, %(criteria)s tiêu chí, %(parts)s tiêu chí thành phần, "
        "tối đa %(max)s điểm."
    ),
    "digest": N_("  mã kiểm tra (SHA-256) %(digest)s"),
    "untranslated": N_("  %(n)s nội dung chưa có tiếng Anh"),
    "cases_good": N_("  %(n)s ví dụ mẫu đều đúng"),
    "no_cases": N_("  chưa có ví dụ mẫu (%(path)s)"),
    "crosswalk_good": N_("%(path)s: bảng đối chiếu đầy đủ và đúng, %(n)s dòng: %(counts)s"),
    "crosswalk_draft": N_("%(path)s: bảng đối chiếu còn là dự thảo (status: draft), chưa ai rà soát"),
    "warning": N_("lưu ý"),
    "folder_differs": N_("%(path)s: “set: %(set)s”, “version: %(version)s” nên nằm ở %(expected)s"),
}


def said(key: str, lang: str, **values: object) -> str:
    """A message of the scoring commands."""
    return translator(language(lang))(_SAID[key], **values)


class Unreadable(Failure):
    """A file that cannot be read at all, or an argument that names what is not there."""


def contents(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Unreadable: there is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable(N_("không có tệp %(path)s"), path=path) from None
    except IsADirectoryError:
        raise Unreadable(N_("%(path)s là thư mục, không phải tệp"), path=path) from None
    except (OSError, ValueError) as error:
        raise no_access(path, error) from None


def no_access(path: Path, error: Exception) -> Unreadable:
    """A file that may not be read."""
    return Unreadable(N_("không đọc được tệp %(path)s: %(why)s"), path=path, why=system_cause(error))
