"""What ``estimate`` and ``rank`` refuse, in words.

A fault is judged (exit 1: the files were read, and what they say cannot be estimated from) or unreadable
(exit 2: a file cannot be read at all, or the command was called wrongly).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parindex.commands.failures import JUDGED, UNREADABLE, exit_code_of, fault_words
from parindex.messages import Failure, in_sentence, listed
from parindex.reading.csv_rows import TableFault
from parindex.statistics import StatisticsError
from parindex.text import N_

SHOWN: Final = 5


class DataFault(Failure):
    """What was read was judged and refused, with the exit code."""

    exit_code: int = JUDGED

    def shown(self, value: object, translate: Callable[..., str]) -> object:
        """Lists are cut."""
        return shown(value, translate)


class UnreadableData(DataFault):
    """A file cannot be read at all, or the command was called wrongly."""

    exit_code = UNREADABLE


class BrokenCells(DataFault):
    """A table that cannot be taken as it stands: a line a fault, with row, of a workbook with sheet and cell."""

    def __init__(self, path: Path, faults: Sequence[TableFault]) -> None:
        super().__init__("%(path)s", path=path)
        self.exit_code = exit_code_of(faults)
        self.path = path
        self.faults = tuple(faults)

    def text(self, translate: Callable[..., str]) -> str:
        """Every fault on a line."""
        return "\n".join(f"{self.values['path']}: {fault_words(fault, translate)}" for fault in self.faults)


class PlacedFault(DataFault):
    """A fault with the file and the rows that it is about before its sentence."""

    def __init__(self, what: DataFault, source: str, rows: Sequence[int | str] = ()) -> None:
        super().__init__(what.message, **what.values)
        self.exit_code = what.exit_code
        self.source = source
        self.rows = tuple(rows)

    def text(self, translate: Callable[..., str]) -> str:
        """The sentence after its place."""
        of_rows = N_("%(source)s, dòng %(rows)s")
        place = translate(of_rows, source=self.source, rows=shown(self.rows, translate)) if self.rows else self.source
        return f"{place}: {super().text(translate)}"


def shown(value: object, translate: Callable[..., str]) -> str:
    """A value in a sentence: lists are cut, and their length is told."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return listed(f"{key}: {shown(part, translate)}" for key, part in value.items())
    if isinstance(value, Iterable):
        parts = [shown(part, translate) for part in value]
        return listed(parts) if len(parts) <= SHOWN else f"{listed([*parts[:SHOWN], '…'])} ({len(parts)})"
    return str(in_sentence(value, translate))


MESSAGES: Final[dict[str, str]] = {
    "weight_missing": N_("Quyền số bị trống ở dòng %(rows)s. Mỗi phiếu phải có quyền số."),
    "weight_infinite": N_("Quyền số không hữu hạn ở dòng %(rows)s."),
    "weight_negative": N_("Quyền số âm ở dòng %(rows)s. Quyền số phải từ 0 trở lên."),
    "weights_all_zero": N_("Mọi quyền số đều bằng 0: không có gì để ước lượng."),
    "no_rows": N_("Dữ liệu không có dòng nào."),
    "stratum_missing": N_("Tầng bị trống ở dòng %(rows)s."),
    "cluster_missing": N_("Mã cụm của giai đoạn %(stage)s bị trống ở dòng %(rows)s."),
    "count_missing": N_("Số đơn vị tổng thể của giai đoạn %(stage)s bị trống ở dòng %(rows)s."),
    "count_is_fraction": N_(
        "Số đơn vị tổng thể của giai đoạn %(stage)s nhỏ hơn 1 ở dòng %(rows)s. "
        "Cột fpc ghi số đếm, không ghi tỷ lệ chọn mẫu."
    ),
    "count_varies": N_(
        "Số đơn vị tổng thể của giai đoạn %(stage)s không thống nhất trong: %(names)s. "
        "Mỗi tầng hoặc mỗi cụm mẹ chỉ có một số."
    ),
    "count_too_small": N_("Số đơn vị tổng thể của giai đoạn %(stage)s nhỏ hơn số đơn vị mẫu trong: %(names)s."),
    "counts_exceed_stages": N_("Có %(counts)s cột fpc nhưng chỉ có %(stages)s giai đoạn chọn mẫu."),
    "lonely_psu": N_(
        "Chỉ có một đơn vị mẫu trong: %(names)s (giai đoạn %(stages)s). "
        "Đề nghị gộp tầng, hoặc chọn lonely_psu: certainty, remove, adjust hoặc average."
    ),
    "collapse_of_one": N_("Mỗi nhóm gộp tầng phải có ít nhất hai tầng; không đủ: %(names)s."),
    "collapse_repeated": N_("Tầng có trong nhiều nhóm gộp: %(names)s."),
    "collapse_unknown": N_("Không có tầng nào tên: %(names)s."),
    "collapse_name_taken": N_("Tên nhóm gộp trùng với một tầng không được gộp: %(names)s."),
    "jk1_with_strata": N_("jk1 dành cho mẫu không phân tầng; mẫu này có %(strata)s tầng. Đề nghị dùng jkn."),
    "too_few_psus": N_("Chỉ có %(psus)s đơn vị mẫu cấp một: không đủ để lập quyền số lặp."),
    "brr_needs_pairs": N_("brr và fay cần số chẵn đơn vị mẫu cấp một trong mỗi tầng; không chẵn: %(names)s."),
    "rho_out_of_range": N_("rho phải từ 0 đến dưới 1, nhận được %(found)s."),
    "too_few_replicates": N_("rao-wu cần ít nhất 2 lần lặp, nhận được %(found)s."),
    "replicate_weight_missing": N_("Quyền số lặp bị trống ở dòng %(rows)s."),
    "replicate_weight_infinite": N_("Quyền số lặp không hữu hạn ở dòng %(rows)s."),
    "rscales_differ": N_("rscales có %(found)s số nhưng có %(replicates)s quyền số lặp."),
    "no_margins": N_("Tệp tổng biên không có dòng nào."),
    "margin_value_missing": N_("Biến hiệu chỉnh %(variable)s bị trống ở dòng %(rows)s."),
    "margin_level_unknown": N_(
        "Biến %(variable)s có giá trị %(levels)s trong dữ liệu nhưng không có trong tệp tổng biên."
    ),
    "margin_level_empty": N_(
        "Tổng biên của %(variable)s có mức %(levels)s nhưng không có phiếu nào ở mức đó. Đề nghị gộp mức."
    ),
    "margin_total_invalid": N_("Tổng biên của %(variable)s ở mức %(levels)s phải là số từ 0 trở lên."),
    "margins_inconsistent": N_(
        "Tổng biên mâu thuẫn: các mức của %(variables)s cộng lại là %(sums)s. Các tổng phải bằng nhau."
    ),
    "margins_contradict": N_(
        "Tổng biên mâu thuẫn: tổng của %(variable)s ở mức %(level)s không thể cùng đúng với các tổng khác."
    ),
    "bounds_invalid": N_("Giới hạn hiệu chỉnh phải có dạng [dưới 1, trên 1], nhận được %(found)s."),
    "logit_needs_bounds": N_("Hiệu chỉnh logit cần bounds."),
    "post_stratification_needs_one_margin": N_(
        "Phân tầng sau cần đúng một biến (có thể là biến chéo a:b), nhận được %(margins)s."
    ),
    "calibration_not_converged": N_(
        "Hiệu chỉnh không hội tụ. Lệch nhất: %(variable)s, mức %(level)s đạt %(reached)s, cần %(wanted)s. "
        "Đề nghị nới bounds hoặc gộp mức."
    ),
    "response_invalid": N_("Cột có trả lời phải là 0 hoặc 1; sai ở dòng %(rows)s."),
    "no_answers": N_("Không ai trong mẫu trả lời."),
    "nobody_answered": N_("Không ai trả lời trong: %(classes)s. Không có phiếu nào để đại diện cho họ."),
    "propensity_separated": N_(
        "Các biến của nonresponse đoán đúng hẳn ai trả lời và ai không: hồi quy không có nghiệm. "
        "Đề nghị bớt biến hoặc dùng method: class."
    ),
    "trim_bounds_invalid": N_("Giới hạn cắt quyền số không hợp lệ: từ %(lower)s đến %(upper)s."),
    "trim_leaves_out_mean": N_(
        "Giới hạn cắt từ %(lower)s đến %(upper)s không chứa quyền số trung bình %(mean)s: không thể giữ nguyên tổng."
    ),
    "no_units": N_("Không có đơn vị nào để xếp hạng."),
    "estimate_missing": N_("Thiếu ước lượng (est) của: %(units)s."),
    "se_missing": N_("Thiếu sai số chuẩn (se) của: %(units)s."),
    "se_negative": N_("Sai số chuẩn (se) âm ở: %(units)s."),
    "df_negative": N_("Bậc tự do (df) phải từ 0 trở lên, sai ở: %(units)s."),
    "se_differs": N_(
        "Sai số chuẩn của %(at)s là %(found)s nhưng ma trận hiệp phương sai cho %(expected)s. "
        "Đề nghị bỏ cột se hoặc sửa cho khớp."
    ),
    "covariance_missing": N_("Ma trận hiệp phương sai thiếu số ở (%(at)s)."),
    "covariance_asymmetric": N_("Ma trận hiệp phương sai không đối xứng ở (%(at)s): %(found)s."),
    "covariance_not_semidefinite": N_(
        "Ma trận hiệp phương sai không nửa xác định dương: trị riêng nhỏ nhất %(eigenvalue)s, chủ yếu ở (%(at)s)."
    ),
    "draws_shared": N_(
        "Các đơn vị chung xã mẫu hoặc chung người chấm: không rút ngẫu nhiên được sai số có bậc tự do hữu hạn."
    ),
    "pooled_with_covariance": N_("--variance pooled không dùng cùng --covariance."),
    "table_too_small": N_("Bảng hai chiều cần ít nhất hai hàng và hai cột, có %(rows)s và %(columns)s."),
    "table_cell_empty": N_("Bảng hai chiều không có phiếu nào ở ô %(row)s, %(column)s."),
    "table_without_df": N_("Không kiểm định được bảng hai chiều: số đơn vị mẫu cấp một không nhiều hơn số tầng."),
    "table_without_variance": N_(
        "Không kiểm định được bảng hai chiều: bảng của mọi đơn vị mẫu giống hệt nhau, hoặc quá ít đơn vị mẫu cho số ô."
    ),
    "out_of_range": N_("Giá trị của %(name)s không dùng được: %(found)s."),
}


WITHOUT_STRATA: Final[dict[str, str]] = {
    "lonely_psu": N_(
        "Cả mẫu chỉ có một đơn vị mẫu cấp một: không tính được sai số. "
        "Đề nghị xem lại stages, hoặc chọn lonely_psu: certainty, remove hoặc adjust."
    ),
    "count_varies": N_(
        "Số đơn vị tổng thể của giai đoạn %(stage)s không thống nhất: mẫu không phân tầng chỉ có một số. "
        "Đề nghị ghi cột của tầng ở strata, hoặc sửa cột fpc."
    ),
    "count_too_small": N_("Số đơn vị tổng thể của giai đoạn %(stage)s nhỏ hơn số đơn vị mẫu."),
    "brr_needs_pairs": N_("brr và fay cần số chẵn đơn vị mẫu cấp một; mẫu này có số lẻ."),
}
"""What is said where the sample has no strata that could be named."""


def fault_of(
    error: StatisticsError,
    lines: Sequence[int] | NDArray[np.int64] | None = None,
    units: list[str] | None = None,
    *,
    source: str = "",
) -> DataFault:
    """An error of the engine in words.

    Args:
        error: What the engine refuses.
        lines: Lines of the file by row, or by unit where units are given.
        units: Names of the units.
        source: The file, of a workbook with its sheet.
    """
    values = dict(error.values)
    rows = values.get("rows")
    told: list[int | str] = []
    if lines is not None and units is None and isinstance(rows, list):
        values["rows"] = [int(lines[row]) for row in rows]
    if error.code == "lonely_psu":
        values["stages"] = sorted({unit["stage"] for unit in _dicts(values["units"])}, key=str)
    for name in ("units", "at"):
        places = values.get(name)
        if units is not None and name in values and error.code != "lonely_psu":
            wrong = [places] if isinstance(places, int) else _integers(places)
            values[name] = [units[p] for p in wrong]
            told = [] if lines is None else [int(lines[p]) for p in (wrong if name == "units" else wrong[:1])]
    messages = WITHOUT_STRATA if values.get("names") == [""] and error.code in WITHOUT_STRATA else MESSAGES
    fault = DataFault(messages.get(error.code, error.code), **values)
    return PlacedFault(fault, source, told) if source else fault


def _dicts(values: object) -> list[dict[str, object]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _integers(values: object) -> list[int]:
    return [v for v in values if isinstance(v, int)] if isinstance(values, (list, tuple)) else []
