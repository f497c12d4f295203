"""What the pages of code lists show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final
from uuid import UUID

import msgspec

from parindex.agencies.code_lists import issuing
from parindex.agencies.code_lists.model import LISTS, CodeEntry, CodeList, ListVersion
from parindex.agencies.code_lists.reading_lists import NEEDED, OPTIONAL, CodesRead
from parindex.api.shared.links import Link
from parindex.api.shared.page import Page, url
from parindex.api.shared.problems import sentence
from parindex.api.work.agencies.importing_view import ColumnTold, RowTold
from parindex.api.work.agencies.listing_view import CrumbItem
from parindex.api.work.agencies.typed_agency import NUMBER, SIGNED
from parindex.api.work.deed_check_view import CheckField
from parindex.api.work.sheets.entry_view import FieldFault, faults, told_by_field
from parindex.api.work.years.refusal_view import RefusalTold, refusal_told
from parindex.errors import Refused
from parindex.reading.text import one_line
from parindex.text import Language, date_text, fold, moment, number, translator

A_PAGE: Final = 100
"""Codes of a page."""

SHOWN: Final = 300
"""Rows of each kind that a report lists; it counts all."""


class ListLine(msgspec.Struct, frozen=True, kw_only=True):
    """A list among all."""

    label: str
    """What it is called."""

    href: str
    """Its page."""

    told: str
    """Its newest version."""

    import_href: str
    """Where the next one is uploaded; empty for whoever may not."""


class ListsPage(Page, frozen=True, kw_only=True):
    """All lists."""

    template: ClassVar[str] = "work/agencies/code_lists.html"

    crumbs: tuple[CrumbItem, ...]
    """From the registry."""

    lists: tuple[ListLine, ...]
    """In the order of the model."""


class CodeShown(msgspec.Struct, frozen=True, kw_only=True):
    """A code."""

    code: str
    """Itself."""

    name: str
    """What it means."""

    other: str
    """The same in English, what else to know; may be empty."""

    above: str
    """Under which code it stands; empty for none."""


class VersionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a list."""

    label: str
    """Its number and how many codes it has."""

    told: str
    """The document, and when it was entered."""

    href: str
    """Its codes."""

    current: bool
    """Whether it is the one that is shown."""


class CodeListPage(Page, frozen=True, kw_only=True):
    """A version of a list."""

    template: ClassVar[str] = "work/agencies/code_list.html"

    title: str
    """What the list is called."""

    summary: str
    """The version that is shown."""

    crumbs: tuple[CrumbItem, ...]
    """From the registry."""

    rows: tuple[CodeShown, ...]
    """A page of its codes."""

    search: str
    """What was searched for."""

    reset: str
    """The whole version."""

    version: str
    """The version that was asked for; empty for the newest."""

    page: int
    """Of the codes."""

    pages: int
    """How many."""

    pager_href: str
    """Prefix to which the number of a page is added."""

    versions: tuple[VersionShown, ...]
    """The newest first."""

    downloads: tuple[Link, ...]
    """The version as files."""

    import_href: str
    """Where the next one is uploaded; empty for whoever may not."""

    digest: str
    """SHA-256 of the version."""


class UploadCodesPage(Page, frozen=True, kw_only=True):
    """Choosing a file."""

    template: ClassVar[str] = "work/agencies/code_list_import.html"

    title: str
    """What the list is called."""

    action: str
    """Where the file goes."""

    columns: tuple[ColumnTold, ...]
    """What it may have."""

    problem: RefusalTold | None
    """Why a file was refused whole."""

    told: tuple[str, ...]
    """What is wrong with it."""

    template_href: str
    """The newest version as a file to begin with."""

    back: str
    """The list."""


class CodesReportPage(Page, frozen=True, kw_only=True):
    """A file beside the newest version."""

    template: ClassVar[str] = "work/agencies/code_list_report.html"

    title: str
    """What the list is called."""

    summary: str
    """How many codes come, change, go, are wrong."""

    new: tuple[RowTold, ...]
    """Codes that come."""

    changed: tuple[RowTold, ...]
    """Codes that mean something else."""

    gone: tuple[RowTold, ...]
    """Codes that go."""

    counts: Mapping[str, int]
    """Of ``new``, ``changed``, ``gone``, ``bad``."""

    bad: tuple[RowTold, ...]
    """What is wrong, cell by cell."""

    nothing: bool
    """Whether the newest version says so already."""

    moved: bool
    """Whether codes come in another order only."""

    fields: tuple[CheckField, ...]
    """The document."""

    faults: tuple[FieldFault, ...]
    """What is wrong with it."""

    problem: RefusalTold | None
    """Why it was not issued, where no field tells it."""

    action: str
    """Where it is issued."""

    back: str
    """Where another file is chosen."""


def _crumbs(lang: Language, *further: CrumbItem) -> tuple[CrumbItem, ...]:
    _ = translator(lang)
    return (CrumbItem(href=url("/work/agencies"), label=_("Danh mục cơ quan")), *further)


def lists_page(known: Sequence[ListVersion], lang: Language, *, may_edit: bool) -> ListsPage:
    """All lists, with the newest version of each."""
    _ = translator(lang)
    newest: dict[str, ListVersion] = {}
    for one in known:
        newest.setdefault(one.list, one)
    return ListsPage(
        crumbs=_crumbs(lang, CrumbItem(href=None, label=_("Bảng mã"))),
        lists=tuple(
            ListLine(
                label=_(label), href=url("/work/agencies/lists", name),
                told=_version_told(newest[name], lang) if name in newest else _("Chưa có phiên bản nào."),
                import_href=url("/work/agencies/lists", name, "import") if may_edit else "",
            )
            for name, label in LISTS.items()
        ),
    )  # fmt: skip


def _version_told(one: ListVersion, lang: Language) -> str:
    _ = translator(lang)
    return _(
        "Phiên bản %(version)s, %(n)s mã, theo %(paper)s ngày %(day)s", version=one.version,
        n=number(one.entries, 0, lang), paper=one.basis_number, day=date_text(one.basis_date, lang),
    )  # fmt: skip


def code_list_page(
    name: str,
    held: CodeList | None,
    known: Sequence[ListVersion],
    lang: Language,
    *,
    search: str,
    number: int,
    may_edit: bool,
) -> CodeListPage:
    """A version of a list, or that there is none yet."""
    _ = translator(lang)
    here = url("/work/agencies/lists", name)
    wanted = fold(search.strip())
    found = [
        one for one in (held.entries if held else ()) if wanted in fold(f"{one.code} {one.name_vi} {one.name_en or ''}")
    ]
    pages = max(1, -(-len(found) // A_PAGE))
    at = min(number, pages)
    version = "" if held is None or not known or held.held.version == known[0].version else str(held.held.version)
    query = {key: value for key, value in (("version", version), ("q", search)) if value}
    return CodeListPage(
        title=_(LISTS[name]),
        summary=_version_told(held.held, lang) if held else _("Chưa có phiên bản nào."),
        crumbs=_crumbs(
            lang, CrumbItem(href=url("/work/agencies/lists"), label=_("Bảng mã")), CrumbItem(href=None, label=_(LISTS[name]))
        ),
        rows=tuple(_shown(one, held, lang) for one in found[(at - 1) * A_PAGE : at * A_PAGE]) if held else (),
        search=search,
        reset=url("/work/agencies/lists", name, **({"version": version} if version else {})),
        version=version,
        page=at,
        pages=pages,
        pager_href=url("/work/agencies/lists", name, **query) + ("&" if query else "?") + "page=",
        versions=tuple(
            VersionShown(
                label=_("Phiên bản %(version)s", version=one.version), told=_entered(one, lang),
                href=url("/work/agencies/lists", name, version=str(one.version)),
                current=held is not None and one.version == held.held.version,
            )
            for one in known
        ),
        downloads=tuple(
            Link(href=f"{here}/codes.{kind}" + (f"?version={version}" if version else ""), label=kind.upper())
            for kind in ("csv", "xlsx")
        )
        if held
        else (),
        import_href=url("/work/agencies/lists", name, "import") if may_edit else "",
        digest=held.held.digest if held else "",
    )  # fmt: skip


def _entered(one: ListVersion, lang: Language) -> str:
    _ = translator(lang)
    return _(
        "%(n)s mã, theo %(paper)s ngày %(day)s, ghi lúc %(when)s", n=number(one.entries, 0, lang), paper=one.basis_number,
        day=date_text(one.basis_date, lang), when=moment(one.at, lang),
    )  # fmt: skip


def _shown(one: CodeEntry, held: CodeList, lang: Language) -> CodeShown:
    above = held.by_code.get(one.parent) if one.parent else None
    name = one.name(lang)
    other = " · ".join(text for text in (one.name_vi, one.name_en, one.note) if text and text != name)
    return CodeShown(code=one.code, name=name, other=other, above=f"{above.code} {above.name(lang)}" if above else "")


def upload_codes_page(name: str, lang: Language, refused: Refused | None = None) -> UploadCodesPage:
    """Choosing a file, and why the last one was refused."""
    told = tuple(sentence(one.code, one.values, lang)[1] for one in refused.fields[:SHOWN]) if refused else ()
    return UploadCodesPage(
        title=translator(lang)(LISTS[name]),
        action=url("/work/agencies/lists", name, "import"),
        columns=tuple(ColumnTold(name=one, needed=one in NEEDED) for one in (*NEEDED, *OPTIONAL)),
        problem=refusal_told(refused, lang) if refused else None,
        told=told,
        template_href=url("/work/agencies/lists", name, "codes.xlsx"),
        back=url("/work/agencies/lists", name),
    )


def codes_report_page(
    name: str,
    before: CodeList | None,
    read: CodesRead,
    list_id: UUID,
    lang: Language,
    *,
    typed: Mapping[str, Sequence[str]],
    refused: Refused | None,
) -> CodesReportPage:
    """A file beside the newest version, and why it was not issued."""
    _ = translator(lang)
    found = issuing.changes(before, read.entries)
    listed = {one_line(cells.get("code", "")) for cells in read.cells.values()}
    gone = [one for one in found.gone if one.code not in listed]  # a code of a wrong row is not gone
    errors = told_by_field(refused.fields, lang) if refused else {}
    fields = tuple(
        msgspec.structs.replace(
            one,
            label=_(one.label),
            hint=_(one.hint),
            value="\n".join(typed.get(one.name, ())),
            error=errors.get(one.name, ""),
        )
        for one in (NUMBER, SIGNED)
    )
    counts = {
        "new": len(found.new), "changed": len(found.changed), "gone": len(gone), "bad": len(read.bad_rows),
        "same": found.same,
    }  # fmt: skip
    return CodesReportPage(
        title=_(LISTS[name]),
        summary=_(
            "%(new)s mã mới, %(changed)s mã đổi, %(gone)s mã bỏ, %(same)s mã giữ nguyên, %(bad)s dòng lỗi", **counts
        ),
        new=tuple(_row(one) for one in found.new[:SHOWN]),
        changed=tuple(_row(after, _differences(old, after)) for old, after in found.changed[:SHOWN]),
        gone=tuple(_row(one) for one in gone[:SHOWN]),
        counts=counts,
        bad=tuple(
            RowTold(
                row=int(one.values["row"]), code=read.cells.get(int(one.values["row"]), {}).get("code", ""),
                name=read.cells.get(int(one.values["row"]), {}).get("name_vi", ""),
                told=sentence(one.code, one.values, lang)[1],
            )
            for one in read.defects[:SHOWN]
        ),
        nothing=found.nothing and not read.defects,
        moved=found.moved,
        fields=fields,
        faults=faults({one.name: errors[one.name] for one in fields if one.name in errors}, lang, {one.name: one.label for one in fields}),
        problem=refusal_told(refused, lang) if refused and not any(one.name in errors for one in fields) else None,
        action=url("/work/agencies/lists", name, "import", str(list_id)),
        back=url("/work/agencies/lists", name, "import"),
    )  # fmt: skip


def _row(one: CodeEntry, told: str = "") -> RowTold:
    return RowTold(row=0, code=one.code, name=one.name_vi, told=told)


def _differences(old: CodeEntry, new: CodeEntry) -> str:
    return "; ".join(
        f"{name}: {getattr(old, name) or '–'} → {getattr(new, name) or '–'}"
        for name in CodeEntry.__struct_fields__
        if getattr(old, name) != getattr(new, name)
    )
