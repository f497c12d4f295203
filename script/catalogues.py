"""The message catalogues: what stands in the source, in Vietnamese as it is and in English as it was translated."""

import copy
import datetime
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi", "en")
HEADER = "# Messages of parindex. The Vietnamese sentence is the id; script/messages collects, people translate.\n"
MOMENT = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""Stands in every header, so that collecting twice gives the same bytes."""

SOURCES = (
    ("parindex", "**.py", "python", {}),
    ("frontend_templates", "**.html", "jinja2.ext:babel_extract", {
        "extensions": "jinja2.ext.do", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true",
        "silent": "false",
    }),
)  # fmt: skip
KEYWORDS: dict[str, Any] = {
    "_": None, "N_": None, "NC_": ((1, "c"), 2), "gettext": None, "ngettext": (1, 2), "translate": None,
}  # fmt: skip


def place(lang: str) -> Path:
    """The file of a language."""
    return ROOT / "frontend_templates" / "locale" / lang / "LC_MESSAGES" / "messages.po"


def found(root: Path = ROOT) -> Catalog:
    """Every message of the source, with the files that it stands in."""
    catalogue = Catalog(project="parindex", version="1", charset="utf-8", creation_date=MOMENT, header_comment=HEADER)
    for folder, pattern, method, options in SOURCES:
        for name, _, message, comments, context in extract_from_dir(
            root / folder, [(pattern, method)], {pattern: options}, keywords=KEYWORDS
        ):
            catalogue.add(message, locations=[(f"{folder}/{name}", None)], auto_comments=comments, context=context)
    return catalogue


def read(lang: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none."""
    path = place(lang)
    content = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(content), locale=lang)


def updated(lang: str, source: Catalog) -> Catalog:
    """A language's catalogue brought to the source: a sentence that was reworded keeps its translation, marked fuzzy."""
    catalogue = read(lang)
    catalogue.update(copy.deepcopy(source), no_fuzzy_matching=lang == "vi", update_creation_date=False)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.header_comment = "parindex", "1", HEADER
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "parindex"
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = MOMENT
    if lang == "vi":
        for message in messages(catalogue):
            message.string = (message.id[0],) if message.pluralizable else message.id
            message.flags.discard("fuzzy")
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The bytes of a catalogue's file."""
    content = io.BytesIO()
    write_po(content, catalogue, width=120, include_lineno=False, sort_by_file=True)
    return content.getvalue()


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The messages, without the header."""
    return (message for message in catalogue if message.id)


def untranslated(catalogue: Catalog) -> list[str]:
    """Ids that have no text, or one that a person has not looked at since its id changed."""
    missing = []
    for message in messages(catalogue):
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.fuzzy or not all(texts):
            missing.append(message.id[0] if message.pluralizable else message.id)
    return missing


def collect() -> Mapping[str, int]:
    """Bring every catalogue to the source; how many messages of each language a person must look at."""
    source = found()
    left = {}
    for lang in LANGUAGES:
        catalogue = updated(lang, source)
        place(lang).parent.mkdir(parents=True, exist_ok=True)
        place(lang).write_bytes(written(catalogue))
        left[lang] = len(untranslated(catalogue))
    return left
