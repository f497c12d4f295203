"""The form that adds a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from parindex.access import ROLES
from parindex.api.shared.filters import FilterOption
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.errors import N_, Refused

LABELS: Final = {
    "name": N_("Họ tên"),
    "email": N_("Thư điện tử"),
    "login": N_("Tên đăng nhập"),
    "agency": N_("Đơn vị (mã hoặc tên)"),
    "role": N_("Vai trò"),
    "first": N_("Từ ngày"),
    "last": N_("Đến hết ngày"),
}
"""Fields in their order."""


class AddingPage(Page, frozen=True, kw_only=True):
    """Adding a person."""

    template: ClassVar[str] = "work/people/new.html"

    form: FormTold
    """What stands in the form."""

    roles: tuple[FilterOption, ...]
    """Roles that may be given."""

    own: bool
    """Whether it is the reader's agency, whatever is typed."""


def adding_page(
    request: PageRequest, typed: Mapping[str, str], refused: Refused | None, *, roles: Sequence[str], own: bool
) -> AddingPage:
    """The form.

    Args:
        request: Gives the language.
        typed: What a refused form held.
        refused: Why it was refused.
        roles: Roles that may be given.
        own: Whether it is the reader's agency, whatever is typed.
    """
    _ = translate(request)
    labels = {field: _(label) for field, label in LABELS.items()}
    return AddingPage(
        form=form_told(lang_of(request), typed, refused, labels),
        roles=(
            FilterOption(value="", label=_("Chọn vai trò")),
            *(FilterOption(value=role, label=_(ROLES[role])) for role in roles),
        ),
        own=own,
    )
