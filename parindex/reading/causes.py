"""Why the system, or a library that takes a file apart, could not do it: in sentences of ours, never in theirs.

Each sentence stands behind a colon or in brackets, so it begins small and has no full stop.
"""

from __future__ import annotations

import csv
import errno
import re
import socket
import subprocess
from collections.abc import Mapping
from typing import Final

from parindex.messages import N_, Message

_OF_SYSTEM: Final[Mapping[int, str]] = {
    errno.ENOENT: N_("không có tệp hoặc thư mục này"),
    errno.EISDIR: N_("đây là thư mục, không phải tệp"),
    errno.ENOTDIR: N_("một phần của đường dẫn là tệp, không phải thư mục"),
    errno.EACCES: N_("tài khoản đang chạy không có quyền"),
    errno.EPERM: N_("tài khoản đang chạy không có quyền"),
    errno.EEXIST: N_("đã có tệp hoặc thư mục này"),
    errno.ENOTEMPTY: N_("thư mục không trống"),
    errno.ENOSPC: N_("hết chỗ trên đĩa"),
    errno.EDQUOT: N_("hết hạn mức đĩa của tài khoản"),
    errno.EFBIG: N_("tệp lớn hơn mức hệ thống cho phép"),
    errno.EROFS: N_("ổ đĩa chỉ cho đọc"),
    errno.ENAMETOOLONG: N_("tên tệp quá dài"),
    errno.ELOOP: N_("liên kết của tệp lặp vòng"),
    errno.EMFILE: N_("có quá nhiều tệp đang mở"),
    errno.ENFILE: N_("có quá nhiều tệp đang mở"),
    errno.EBUSY: N_("tệp hoặc thiết bị đang được dùng"),
    errno.ETXTBSY: N_("tệp hoặc thiết bị đang được dùng"),
    errno.EXDEV: N_("hai đường dẫn nằm trên hai ổ đĩa"),
    errno.EIO: N_("lỗi đọc ghi của ổ đĩa"),
    errno.ENXIO: N_("không có thiết bị này"),
    errno.ENODEV: N_("không có thiết bị này"),
    errno.ESTALE: N_("ổ đĩa mạng không còn tệp này"),
    errno.ENOMEM: N_("không đủ bộ nhớ"),
    errno.ESPIPE: N_("không đọc lại được từ đầu, ví dụ vì là đường ống"),
    errno.EINVAL: N_("đường dẫn không hợp lệ"),
    errno.ENOEXEC: N_("không phải chương trình chạy được trên máy này"),
    errno.EADDRINUSE: N_("cổng đang được chương trình khác dùng"),
    errno.EADDRNOTAVAIL: N_("địa chỉ không phải của máy này"),
    errno.EAFNOSUPPORT: N_("máy không dùng loại địa chỉ này"),
    errno.ECONNREFUSED: N_("máy chủ từ chối kết nối"),
    errno.ECONNRESET: N_("kết nối bị ngắt"),
    errno.ECONNABORTED: N_("kết nối bị ngắt"),
    errno.EPIPE: N_("kết nối bị ngắt"),
    errno.EHOSTUNREACH: N_("không tới được máy chủ"),
    errno.ENETUNREACH: N_("không tới được máy chủ"),
    errno.ETIMEDOUT: N_("máy chủ không trả lời kịp"),
}
_OF_KIND: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (socket.gaierror, N_("không tìm thấy máy chủ có tên này")),
    (TimeoutError, N_("máy chủ không trả lời kịp")),
    (subprocess.TimeoutExpired, N_("chương trình không trả lời kịp")),
    (MemoryError, N_("không đủ bộ nhớ")),
    (ValueError, N_("đường dẫn không hợp lệ")),
)
"""What carries no number of an error, or one of another list."""

_OF_YAML: Final[Mapping[str, str]] = {
    "found character that cannot start any token": N_("có ký tự không thể đứng đầu một giá trị, ví dụ tab, @, %, `"),
    "found a tab character that violates indentation": N_("có dấu tab ở chỗ thụt lề"),
    "found a tab character where an indentation space is expected": N_("có dấu tab ở chỗ thụt lề"),
    "mapping values are not allowed in this context": N_("có dấu hai chấm ở chỗ không được có"),
    "mapping keys are not allowed in this context": N_("có khóa ở chỗ không được có"),
    "block sequence entries are not allowed in this context": N_("có dấu gạch đầu dòng ở chỗ không được có"),
    "could not find expected ':'": N_("thiếu dấu hai chấm sau khóa"),
    "did not find expected key": N_("thiếu khóa, hoặc thụt lề không thẳng với các khóa trên"),
    "did not find expected '-' indicator": N_("thiếu dấu gạch đầu dòng, hoặc thụt lề không thẳng với các mục trên"),
    "did not find expected ',' or ']'": N_("thiếu dấu phẩy hoặc dấu đóng ]"),
    "did not find expected ',' or '}'": N_("thiếu dấu phẩy hoặc dấu đóng }"),
    "did not find expected node content": N_("thiếu giá trị"),
    "did not find expected <document start>": N_("có nội dung thừa, hoặc thụt lề sai"),
    "found unexpected end of stream": N_("hết tệp khi còn dấu ngoặc hoặc dấu nháy chưa đóng"),
    "found unexpected document indicator": N_("có dòng --- hoặc ... khi dấu nháy chưa đóng"),
    "found unknown escape character": N_("có ký tự lạ sau dấu \\ trong dấu nháy kép"),
    "did not find expected comment or line break": N_("có nội dung thừa sau dấu | hoặc >"),
    "found unexpected ':'": N_("có dấu hai chấm ở chỗ không được có"),
    "found undefined tag handle": N_("có dấu ! ở đầu giá trị"),
    "control characters are not allowed": N_("có ký tự điều khiển"),
    "found unknown directive name": N_("có dòng bắt đầu bằng dấu %"),
}
_YAML_ELSE: Final = N_("cú pháp không đúng")

_OF_CSV: Final[Mapping[str, str]] = {
    "unexpected end of data": N_("hết tệp khi dấu ngoặc kép chưa đóng"),
    "field larger than field limit": N_("một ô quá dài, thường vì dấu ngoặc kép chưa đóng"),
    "expected after": N_("có nội dung ngay sau dấu đóng ngoặc kép"),
    "new-line character seen": N_("có ký tự xuống dòng lạ giữa dòng"),
    "line contains NUL": N_("có ký tự rỗng (U+0000)"),
}
_CSV_ELSE: Final = N_("dấu ngoặc kép đặt sai chỗ")


def system_cause(error: BaseException) -> Message:
    """Why the operating system did not do what it was asked.

    >>> str(system_cause(FileNotFoundError(errno.ENOENT, "No such file or directory")))
    'không có tệp hoặc thư mục này'
    """
    if isinstance(error, OSError) and (error.errno or 0) in _OF_SYSTEM and not isinstance(error, socket.gaierror):
        return Message(_OF_SYSTEM[error.errno or 0])
    if (told := next((ours for kind, ours in _OF_KIND if isinstance(error, kind)), None)) is not None:
        return Message(told)
    number = getattr(error, "errno", None)
    return Message(
        N_("hệ điều hành báo lỗi %(code)s"),
        code=errno.errorcode.get(number, number) if number else type(error).__name__,
    )


def yaml_cause(problem: str) -> Message:
    """Why a document is no YAML, by what its parser says."""
    return Message(_OF_YAML.get(problem, _YAML_ELSE))


def csv_cause(error: csv.Error) -> Message:
    """Why a row is no CSV."""
    told = str(error)
    return Message(next((ours for theirs, ours in _OF_CSV.items() if theirs in told), _CSV_ELSE))


_KINDS: Final[Mapping[str, str]] = {
    "int": N_("số nguyên"),
    "float": N_("một số"),
    "decimal": N_("một số"),
    "str": N_("chữ"),
    "bool": N_("true hoặc false"),
    "array": N_("một danh sách"),
    "object": N_("một nhóm “khóa: giá trị”"),
    "null": N_("để trống"),
    "date": N_("một ngày"),
    "datetime": N_("một thời điểm"),
}
"""Kinds of values as the library that checks shapes calls them."""

_SHAPES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"Object missing required field `(?P<name>[^`]*)`"), N_("thiếu “%(name)s”")),
    (re.compile(r"Object contains unknown field `(?P<name>[^`]*)`"), N_("thừa “%(name)s”")),
    (re.compile(r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`"), N_("có %(found)s, cần %(expected)s")),
    (
        re.compile(r"Invalid enum value '?(?P<found>.*?)'?$", re.DOTALL),
        N_("“%(found)s” không thuộc các giá trị được dùng"),
    ),
    (re.compile(r"Expected `\w+` (?P<range>[<>]=? \S+)$"), N_("con số ngoài khoảng cho phép (cần %(range)s)")),
    (re.compile(r"Expected `\w+` of length (?P<length>.+)$"), N_("độ dài không đúng (cần %(length)s)")),
)
_MISSHAPEN: Final = N_("giá trị không đúng quy cách")


def shape_cause(told: str) -> Message:
    """Why a document has not the shape that it should have, by what the library says that checks it.

    >>> str(shape_cause("Expected `int`, got `str`"))
    'có chữ, cần số nguyên'
    """
    for pattern, ours in _SHAPES:
        if found := pattern.match(told):
            values = found.groupdict()
            if "expected" in values:
                return Message(ours, **{name: _kind(kind) for name, kind in values.items()})
            return Message(ours, **{name: text.replace(">=", "≥").replace("<=", "≤") for name, text in values.items()})
    return Message(_MISSHAPEN)


def _kind(named: str) -> Message | str:
    """A kind in words; of several the first that is none of nothing."""
    first = next((name for name in named.split(" | ") if name != "null"), named)
    return Message(_KINDS[first]) if first in _KINDS else first
