"""What the scoring commands share: reading a file, or saying why not, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "missing_file": ("không có tệp %(path)s", "there is no file %(path)s"),
    "is_folder": ("%(path)s là thư mục, không phải tệp", "%(path)s is a folder, not a file"),
    "no_access": ("không đọc được tệp %(path)s (%(error)s)", "cannot read %(path)s (%(error)s)"),
    "no_group": (
        "Bộ tiêu chí không có thuộc tính “%(found)s” để chia nhóm.",
        "The set has no attribute “%(found)s” to group by.",
    ),
    "no_agency": ("Không có số liệu của cơ quan “%(found)s”.", "There are no facts of agency “%(found)s”."),
    "reading": ("Đang đọc số liệu vào bộ nhớ…", "Reading all facts into memory…"),
    "scoring": ("Đã đọc số liệu của %(n)s cơ quan. Đang chấm điểm…", "Facts of %(n)s agencies read. Scoring…"),
    "progress": ("Đã chấm %(n)s cơ quan (%(percent)s%%)…", "%(n)s agencies scored (%(percent)s%%)…"),
    "unsorted": (
        "lưu ý: số liệu không sắp xếp theo cơ quan (“%(agency)s” lại xuất hiện ở dòng %(row)s) nên toàn bộ tệp được "
        "giữ trong bộ nhớ; sắp xếp theo cơ quan thì bộ nhớ không tăng theo tệp.",
        "note: the facts are not sorted by agency (“%(agency)s” again in row %(row)s), so the whole file is kept in "
        "memory; sorted by agency, memory does not grow with the file.",
    ),
    "complete": ("đủ số liệu", "complete"),
    "incomplete": ("chưa đủ số liệu", "incomplete"),
    "no_submission": ("chưa nộp", "no submission"),
    "column_rank": ("Hạng", "Rank"),
    "column_agency": ("Cơ quan", "Agency"),
    "column_points": ("Điểm", "Points"),
    "column_max": ("Điểm tối đa", "Maximum"),
    "column_index": ("Chỉ số (%%)", "Index (%%)"),
    "column_class": ("Xếp loại", "Class"),
    "column_status": ("Tình trạng", "Status"),
    "set_good": (
        "%(path)s: %(title)s, %(areas)s lĩnh vực, %(criteria)s tiêu chí, %(parts)s tiêu chí thành phần, "
        "tối đa %(max)s điểm.",
        "%(path)s: %(title)s, %(areas)s areas, %(criteria)s criteria, %(parts)s sub-criteria, %(max)s points.",
    ),
    "digest": ("  mã kiểm tra (SHA-256) %(digest)s", "  digest (SHA-256) %(digest)s"),
    "untranslated": ("  %(n)s nội dung chưa có tiếng Anh", "  %(n)s texts without English"),
    "cases_good": ("  %(n)s ví dụ mẫu đều đúng", "  %(n)s worked cases hold"),
    "no_cases": ("  chưa có ví dụ mẫu (%(path)s)", "  no worked cases (%(path)s)"),
    "crosswalk_good": (
        "%(path)s: bảng đối chiếu đầy đủ và đúng, %(n)s dòng: %(counts)s",
        "%(path)s: the crosswalk is complete and true, %(n)s entries: %(counts)s",
    ),
    "crosswalk_draft": (
        "%(path)s: bảng đối chiếu còn là dự thảo (status: draft), chưa ai rà soát",
        "%(path)s: the crosswalk is a draft that nobody has reviewed (status: draft)",
    ),
    "warning": ("lưu ý", "note"),
    "folder_differs": (
        "%(path)s: “set: %(set)s”, “version: %(version)s” nên nằm ở %(expected)s",
        "%(path)s: “set: %(set)s”, “version: %(version)s” belongs at %(expected)s",
    ),
    "no_sets": ("không có bộ tiêu chí (.yaml) nào trong %(path)s", "no criteria set (.yaml) in %(path)s"),
}


def said(key: str, lang: str, **values: object) -> str:
    """A message of the scoring commands."""
    return _SAID[key][0 if lang == "vi" else 1] % values


class Unreadable(Exception):
    """A file that cannot be read at all."""

    def __init__(self, key: str, path: Path, error: str = ""):
        super().__init__(key)
        self.key = key
        self.path = path
        self.error = error

    def text(self, lang: str) -> str:
        """Why, in one line."""
        return said(self.key, lang, path=self.path, error=self.error)


def contents(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Unreadable: there is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("missing_file", path) from None
    except IsADirectoryError:
        raise Unreadable("is_folder", path) from None
    except (OSError, ValueError) as error:
        raise Unreadable("no_access", path, getattr(error, "strerror", None) or str(error)) from None
