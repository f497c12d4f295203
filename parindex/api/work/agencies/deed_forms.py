"""What the deeds of the registry ask for, and what was typed into their forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from parindex.agencies import deeds
from parindex.agencies.model import VALUES, Agency, NewAgency
from parindex.api.shared.forms import Line
from parindex.api.work.agencies import typed_agency
from parindex.api.work.agencies.form_view import FormAsked
from parindex.api.work.agencies.record_view import VALUE_LABELS
from parindex.api.work.agencies.typed_agency import BasisForm, CountTyped, NameTyped, OrderTyped, agency_fields
from parindex.api.work.deed_check_view import CheckField
from parindex.audit.confirmation import CheckSentence, said
from parindex.errors import FieldError, Refused
from parindex.reading.text import one_line
from parindex.text import N_, Language

MOST_PARTS: Final = 50
"""Agencies that one merger or split names."""


class ChangeForm(BasisForm, frozen=True, kw_only=True):
    """What an agency is from a day on."""

    name_vi: NameTyped
    """Full name."""

    name_en: NameTyped = ""
    """English name."""

    short_name: NameTyped = ""
    """Name for narrow columns."""

    parent: Line = ""
    """Code of the agency above."""

    region: NameTyped = ""
    """Region."""

    official_order: OrderTyped = None
    """Place in the official list."""

    has_one_stop: Line = ""
    """``true``, ``false`` or empty for not known."""

    population: CountTyped = None
    """People who live in it."""

    def values(self) -> dict[str, Any]:
        """By name of ``VALUES``, without the agency above."""
        found = {name: getattr(self, name) for name in VALUES if name != "parent_id"}
        return {**{n: v or None for n, v in found.items()}, "has_one_stop": typed_agency.said(self.has_one_stop),
                "population": self.population}  # fmt: skip


class CloseForm(BasisForm, frozen=True, kw_only=True):
    """From which day an agency is no more."""


class MergeForm(BasisForm, frozen=True, kw_only=True):
    """Which agencies become one."""

    others: str = ""
    """Codes of the agencies that end, one a line or with commas."""

    code: Line
    """Code of the successor."""

    name_vi: NameTyped = ""
    """Its name where it begins; empty where it exists."""

    short_name: NameTyped = ""
    """Its name for narrow columns."""

    def codes(self) -> list[str]:
        """Codes of the agencies that end."""
        return _lines(self.others, "others")

    def successor(self, ending: Sequence[Agency]) -> NewAgency:
        """The agency that begins.

        Raises:
            Refused: ``invalid_fields`` where none ends.
        """
        if not ending:
            raise Refused("invalid_fields", fields=(FieldError(field="others", code="field_empty"),))
        return deeds.successor_of(
            ending, code=self.code, name_vi=self.name_vi, short_name=self.short_name or None, day=self.day
        )


class SplitForm(BasisForm, frozen=True, kw_only=True):
    """Into which agencies one is split."""

    parts: str
    """A new agency a line: its code, then its name."""

    def successors(self, agency: Agency) -> list[NewAgency]:
        """The agencies that begin.

        Raises:
            Refused: ``invalid_fields`` for a line without code or name.
        """
        found = []
        for line in _lines(self.parts, "parts", commas=False):
            code, _, name = line.partition(" ")
            if not name:
                raise Refused("invalid_fields", fields=(FieldError(field="parts", code="part_without_name"),))
            found.append(
                NewAgency(
                    code=code.rstrip(",;"), name_vi=name.strip(), tier=agency.tier, parent=agency.parent,
                    region=agency.region, valid_from=self.day,
                )
            )  # fmt: skip
        return found


def _lines(text: str, field: str, *, commas: bool = True) -> list[str]:
    parts = text.replace(",", "\n").replace(";", "\n") if commas else text
    lines = [line for typed in parts.splitlines() if (line := one_line(typed))]
    if len(lines) > MOST_PARTS:
        raise Refused(
            "invalid_fields", fields=(FieldError(field=field, code="field_too_long", values={"limit": MOST_PARTS}),)
        )
    return lines


def asked(deed: str, agency: Agency | None, lang: Language, *, action: str, back: str) -> FormAsked:
    """The form of a deed.

    Args:
        deed: ``change``, ``close``, ``merge`` or ``split``.
        agency: To which; a merger may begin with none.
        lang: The reader's language.
        action: Where it goes.
        back: Where one goes who does not do it.
    """
    title, lead = TOLD[deed]
    return FormAsked(
        title=title, about=agency.name(lang) if agency else "", lead=lead, action=action, back=back,
        button=N_("Kiểm tra trước khi ghi"),
        fields=(*_fields(deed, agency, lang), typed_agency.DAY, typed_agency.NUMBER, typed_agency.SIGNED),
    )  # fmt: skip


TOLD: Final[Mapping[str, tuple[str, str]]] = {
    "change": (
        N_("Đổi tên, thuộc tính, cơ quan cấp trên"),
        N_(
            "Nội dung dưới đây có hiệu lực từ ngày ghi ở cuối; trước ngày đó danh mục giữ nguyên. Ô để trống là không có hoặc chưa biết."
        ),
    ),
    "close": (
        N_("Kết thúc hiệu lực"),
        N_(
            "Cơ quan còn trong danh mục đến hết ngày liền trước. Nếu có cơ quan nhận nhiệm vụ, dùng sáp nhập hoặc chia tách."
        ),
    ),
    "merge": (
        N_("Sáp nhập, hợp nhất"),
        N_("Các cơ quan kết thúc và một cơ quan kế thừa. Cơ quan kế thừa mới được mang mã của một cơ quan kết thúc."),
    ),
    "split": (
        N_("Chia, tách"),
        N_("Cơ quan kết thúc và được thay bằng các cơ quan mới cùng cấp, cùng cơ quan cấp trên."),
    ),
}
"""Title and lead of each form."""


def _fields(deed: str, agency: Agency | None, lang: Language) -> tuple[CheckField, ...]:
    if deed == "change" and agency is not None:
        values = {name: getattr(agency, name) for name in (*VALUES, "parent") if name != "parent_id"}
        return agency_fields(lang, values, new=False)
    if deed == "merge":
        hint = N_("Mỗi dòng một mã; có thể dán từ một cột của bảng tính.")
        label = N_("Mã các cơ quan cùng kết thúc") if agency else N_("Mã các cơ quan kết thúc")
        return (
            CheckField(name="others", label=label, kind="textarea", hint=hint),
            CheckField(name="code", label=N_("Mã cơ quan kế thừa")),
            CheckField(
                name="name_vi", label=N_("Tên cơ quan kế thừa, nếu là cơ quan mới"),
                hint=N_("Để trống khi nhập vào cơ quan đang có mã trên."),
            ),
            CheckField(name="short_name", label=N_("Tên gọn (nếu có)")),
        )  # fmt: skip
    if deed == "split":
        hint = N_("Mỗi dòng: mã, dấu cách, tên. Ví dụ: H15.51 Xã Hòa Lâm")
        return (CheckField(name="parts", label=N_("Các cơ quan mới"), kind="textarea", hint=hint),)
    return ()


def changes_told(agency: Agency, changed: Mapping[str, Any], parent: Agency | None) -> CheckSentence:
    """What becomes otherwise, in one sentence."""
    told = []
    for name, value in changed.items():
        after = parent.short if name == "parent_id" and parent else value
        before = agency.parent if name == "parent_id" else getattr(agency, name)
        told.append(f"{value_shown(before)} → {value_shown(after)}")
    if not changed:
        return said(N_("%(name)s: không có gì thay đổi"), name=agency.name_vi)
    return said(N_("%(name)s: %(changes)s"), name=agency.name_vi, changes=tuple(told))


def value_shown(value: object) -> str:
    """A value in a list of changes."""
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


assert set(VALUE_LABELS) == set(VALUES)
