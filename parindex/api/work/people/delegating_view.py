"""What the pages of delegations show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from parindex import access
from parindex.access.delegations.model import DELEGABLE, Delegation
from parindex.access.delegations.recording import DelegationOffer
from parindex.api.shared.filters import FilterOption
from parindex.api.shared.page import Page, lang_of, translate
from parindex.api.shared.requests import PageRequest
from parindex.api.work.people.form_told import FormTold, form_told
from parindex.api.work.people.person_view import DelegationRow, delegation_row
from parindex.errors import N_, Refused

LABELS: Final = {
    "kind": N_("Được làm"),
    "to_person": N_("Người được ủy quyền"),
    "first": N_("Từ ngày"),
    "last": N_("Đến hết ngày"),
    "basis": N_("Văn bản làm căn cứ"),
    "reason": N_("Lý do"),
}
"""Fields in their order."""


class DelegationsPage(Page, frozen=True, kw_only=True):
    """Rights that are or were lent."""

    template: ClassVar[str] = "work/people/delegations.html"

    standing: tuple[DelegationRow, ...]
    """That hold or will."""

    over: tuple[DelegationRow, ...]
    """That are over or were taken back."""

    may_record: bool
    """Whether the reader puts one on record."""

    office: bool
    """Whether the reader sees everybody's."""


class NewDelegationPage(Page, frozen=True, kw_only=True):
    """A new delegation."""

    template: ClassVar[str] = "work/people/new_delegation.html"

    giver: str
    """Id of whose right it is."""

    name: str
    """Their name."""

    form: FormTold
    """What stands in the form."""

    kinds: tuple[FilterOption, ...]
    """What they may lend; none where they have nothing."""

    takers: tuple[FilterOption, ...]
    """To whom."""

    givers: tuple[FilterOption, ...]
    """Whose right may be chosen; none where it is the reader's own."""


def delegations_page(
    request: PageRequest, standing: Sequence[Delegation], over: Sequence[Delegation]
) -> DelegationsPage:
    """The page of delegations."""
    return DelegationsPage(
        standing=tuple(delegation_row(request, one) for one in standing),
        over=tuple(delegation_row(request, one) for one in over),
        may_record=access.may(request.person, "delegation:record", own=True),
        office=access.may(request.person, "delegation:read"),
    )


def new_delegation_page(
    request: PageRequest, offer: DelegationOffer, typed: Mapping[str, str], refused: Refused | None
) -> NewDelegationPage:
    """The form of a new delegation.

    Args:
        request: Gives the language.
        offer: What may be lent, and to whom.
        typed: What a refused form held.
        refused: Why it was refused.
    """
    _ = translate(request)
    labels = {field: _(label) for field, label in LABELS.items()}
    return NewDelegationPage(
        giver=str(offer.giver.id),
        name=offer.giver.name,
        form=form_told(lang_of(request), typed, refused, labels),
        kinds=tuple(FilterOption(value=kind, label=_(DELEGABLE[kind].title)) for kind in offer.kinds),
        takers=(
            FilterOption(value="", label=_("Chọn người")),
            *(FilterOption(value=str(taker), label=name) for taker, name in offer.takers),
        ),
        givers=tuple(
            FilterOption(value=str(giver), label=" · ".join(filter(None, (name, agency))))
            for giver, name, agency in offer.givers
        ),
    )
