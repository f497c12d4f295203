"""What entering a year will do: worked out whole before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from parindex.access.people import StandingAccount
from parindex.agencies import Agency
from parindex.agencies.importing import AgencyRow
from parindex.commands.loading.differences import YearDifference
from parindex.commands.loading.faults import LoadFault
from parindex.commands.loading.year_file import MergerGiven, PersonGiven
from parindex.messages import Message


class YearPlan:
    """Filled part by part; nothing is entered while it holds a fault."""

    def __init__(self) -> None:
        self.faults: list[LoadFault] = []
        """What cannot be entered."""

        self.notes: list[Message] = []
        """What is entered and may be meant otherwise."""

        self.changes: list[YearDifference] = []
        """What stands otherwise and is changed."""

        self.renamed: bool = False
        """Whether the tenant gets other names."""

        self.new_agencies: list[AgencyRow] = []
        """Agencies that are not there yet."""

        self.changed_agencies: list[tuple[AgencyRow, Agency, Mapping[str, Any]]] = []
        """Row, agency as it stands, and what becomes different."""

        self.new_people: list[PersonGiven] = []
        """Accounts that are not there yet."""

        self.changed_people: list[tuple[PersonGiven, StandingAccount]] = []
        """Accounts that become different."""

        self.days: dict[str, Any] = {}
        """Days of a draft that become different."""

        self.bodies_changed: bool = False
        """Whether a draft gets other bodies."""

        self.others: dict[str, Any] = {}
        """Groups and withdrawals of a draft that become different."""

        self.owners: dict[str, dict[str, str]] = {}
        """All owner bodies of sheets of which some become different, by codes of agency and leaf."""

        self.mergers: list[MergerGiven] = []
        """Mergers that are not entered yet."""

        self.members_changed: list[str] = []
        """Codes of agencies that come to a draft, or whose attributes become different."""

        self.round_changes: dict[str, Any] = {}
        """What of a round that asked nobody becomes different."""

        self.new_round: bool = False
        """Whether the survey is not there yet."""

        self.known: dict[str, UUID | None] = {}
        """Agencies of today by code, those to be entered without an id."""

        self.shapes: dict[str, str] = {}
        """Codes of :attr:`known` by what a reader sees of them, filled where one is asked for."""
