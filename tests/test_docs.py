"""Documents are tests: what exists is written down, what is written down exists, and the examples run."""

from __future__ import annotations

import argparse
import ast
import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parindex import audit, cli, errors, settings
from parindex.app import PAGES
from parindex.publication.model import FORMAT
from parindex.store.migrate import ROLES
from tests.installations import ROOT, surroundings

DOCS = ROOT / "docs"
MODULES = sorted((ROOT / "parindex").rglob("*.py"))
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
LONGEST_DECISION = 60
"""Lines: one page."""


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    """What stands in backticks in the first cell of every row of every table."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def calls(name: str) -> Iterator[ast.Call]:
    """Every call of a function of a name, anywhere in the package."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                yield node


# attacks


def test_every_attack_is_listed_with_a_test_that_there_is() -> None:
    rows = re.findall(r"^\| (?!tried|-)(.+) \|$", document("security.md"), re.MULTILINE)
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert rows
    for row in rows:
        shown = re.findall(r"`(test_\w+)`", row.rpartition(" | ")[2])
        assert shown, row
        assert set(shown) <= known, row


# settings


def test_every_module_that_the_source_names_exists() -> None:
    named = {
        name: path.name for path in MODULES for name in re.findall(r":mod:`([^`]*)`", path.read_text(encoding="utf-8"))
    }
    assert named
    assert [f"{path}: {name}" for name, path in named.items() if find_spec(name) is None] == []


def test_every_setting_is_documented_with_its_default() -> None:
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", document("operations.md"), re.MULTILINE))
    for field in msgspec.structs.fields(settings.Settings):
        if field.name == "demo":
            continue
        variable = settings._VARIABLES[field.name]
        default = "–" if field.default is None else f"`{str(field.default).removesuffix('()')}`"
        if isinstance(field.default, bool):
            default = default.lower()
        assert table.get(variable) == default, f"{variable}: {default} in docs/operations.md"


def test_every_variable_that_is_read_is_documented() -> None:
    read = {
        name
        for path in [*MODULES, *(ROOT / "script").iterdir(), ROOT / "tests" / "conftest.py"]
        if path.is_file()
        for name in re.findall(r"""environ(?:\.get\(|\[)\s*["']([A-Z_]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert {name for name in read if f"`{name}`" not in document("operations.md")} - {"LANG", "LC_ALL", "PATH"} == set()


def test_every_database_role_is_documented() -> None:
    assert [role for role in ROLES if f"`{role}`" not in document("operations.md")] == []


# addresses


def routes() -> set[tuple[str, str]]:
    """(method, address) of every handler, without the automatic ones."""
    found = set()
    for name in PAGES:
        for handler in importlib.import_module(f"parindex.api.{name}").routes:
            for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                found |= {(method, re.sub(r"{(\w+)(?::\w+)?}", r"<\1>", path)) for path in handler.paths}
    return found


def test_every_address_is_documented_and_every_documented_address_exists() -> None:
    written = set(re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \|", document("addresses.md"), re.MULTILINE))
    assert sorted(routes() - written) == [], "not in docs/addresses.md"
    assert sorted(written - routes()) == [], "in docs/addresses.md only"


# errors


def test_every_error_code_is_documented_with_its_status() -> None:
    written = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", document("errors.md"), re.MULTILINE))
    assert written == {code: str(kind.status) for code, kind in errors.CATALOGUE.items()}


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    raised = {
        call.args[0].value: ast.unparse(call)
        for call in calls("Refused")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert {code: raised[code] for code in raised.keys() - errors.CATALOGUE.keys()} == {}


def test_every_code_of_the_catalogue_is_used() -> None:
    used = {
        word
        for path in MODULES
        if path.parent.name != "errors"
        for word in re.findall(r"[\"'](\w+)[\"'{]", path.read_text(encoding="utf-8"))
    }
    begun = tuple(word for word in used if word.endswith("_") and len(word) > 4)
    assert [code for code in errors.CATALOGUE if code not in used and not code.startswith(begun)] == []


# the audit record


def declared_tags() -> dict[str, str]:
    """The tables named ``TAGS``, of every room."""
    found = dict(audit.model.TAGS)
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if re.search(r"^TAGS: ", text, re.MULTILINE):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= importlib.import_module(module).TAGS
    return found


def test_every_audit_tag_is_documented_and_every_documented_tag_exists() -> None:
    written = {cell for cell in first_cells(document("audit.md")) if cell.count(":") == 2}
    assert sorted(declared_tags().keys() - written) == [], "not in docs/audit.md"
    assert sorted(written - declared_tags().keys()) == [], "in docs/audit.md only"


def test_every_tag_that_is_recorded_is_declared() -> None:
    recorded = {
        keyword.value.value
        for call in calls("record")
        for keyword in call.keywords
        if keyword.arg == "tag" and isinstance(keyword.value, ast.Constant)
    }
    assert recorded
    assert sorted(recorded - declared_tags().keys()) == []


# commands


def sections() -> dict[str, str]:
    """What is written about each command."""
    parts = re.split(r"^## `parindex (\w+)", document("commands.md"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield name
                yield from options(inner)
        yield from (word for word in action.option_strings if word.startswith("--") and word != "--help")


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_is_documented_with_its_options(command: str) -> None:
    parser = argparse.ArgumentParser()
    importlib.import_module(f"parindex.commands.{command}").add(parser.add_subparsers())
    text = sections()[command]
    assert [word for word in options(parser) if word != command and word not in text] == []


def test_every_documented_command_exists() -> None:
    assert sections().keys() == set(cli.COMMANDS)


# links and decisions


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        led = (path.parent / name).resolve() if name else path
        if not led.exists() or (anchor and anchor not in anchors(led)):
            broken.append(target)
    assert broken == []


def anchors(path: Path) -> set[str]:
    """Anchors of the headings of a document, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_decision_has_a_number_of_its_own_a_title_and_one_page() -> None:
    decisions = sorted((DOCS / "decisions").iterdir())
    assert [path.name for path in decisions if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)] == []
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers)
    for path in decisions:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), path.name
        assert len(lines) <= LONGEST_DECISION, path.name
        assert f"[{lines[0].removeprefix('# ')}](decisions/{path.name})" in document("README.md"), path.name


def test_the_index_names_every_document() -> None:
    assert [path.name for path in DOCS.glob("*.md") if f"({path.name})" not in document("README.md")] == ["README.md"]


def contracts() -> list[dict[str, Any]]:
    """What import-linter holds."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def rooms_by_contract() -> list[tuple[str, str, set[str]]]:
    """(layer, room, what it never imports) from the street down."""
    layers, *forbidden = contracts()
    never: dict[str, set[str]] = defaultdict(set)
    for contract in forbidden:
        for source in contract["source_modules"]:
            never[source.removeprefix("parindex.")] |= {
                name.removeprefix("parindex.") for name in contract["forbidden_modules"]
            }
    return [
        (str(number), room, never[room])
        for number, layer in enumerate(layers["layers"], 1)
        for room in (name.strip() for name in layer.split("|"))
        if not room.startswith("(")
    ]


def test_the_table_of_rooms_is_what_the_import_contracts_hold() -> None:
    rows = re.findall(
        r"^\| (\d+) \| `parindex/(\w+)(?:/|\.py)` \| .+ \| (.+) \|$", document("architecture.md"), re.MULTILINE
    )
    written = [(layer, room, set(re.findall(r"`([^`]+)`", never))) for layer, room, never in rows]
    assert written == rooms_by_contract()


def test_every_room_is_in_the_table() -> None:
    rooms = {path.stem for path in (ROOT / "parindex").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__", "py"} == {room for _, room, _ in rooms_by_contract()}


# examples

BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(path: Path) -> list[tuple[str, str]]:
    """(what the block is for, text) of the blocks marked ``file=…``, ``run`` and ``said``."""
    return [(use, text) for _, use, text in BLOCK.findall(path.read_text(encoding="utf-8")) if use]


def sessions(path: Path) -> str:
    """The blocks of Python with prompts, one after the other."""
    blocks = BLOCK.findall(path.read_text(encoding="utf-8"))
    return "\n".join(text for language, _, text in blocks if language == "python" and ">>>" in text)


@pytest.mark.parametrize(
    "path",
    [path for path in DOCUMENTS if any(use == "run" for use, _ in examples(path))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_examples_run_and_say_what_is_written(path: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "parindex").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m parindex "$@"\n')
    (tools / "parindex").chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    heard = ""
    for use, text in examples(path):
        if use.startswith("file="):
            file = folder / use.removeprefix("file=")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif use == "run":
            heard = shell(text, folder, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")
        elif use == "said":
            assert [line for line in text.splitlines() if line not in heard] == [], heard


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if sessions(path)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_sessions_of_python_give_what_they_say(path: Path) -> None:
    test = doctest.DocTestParser().get_doctest(sessions(path), {}, path.name, str(path), 0)
    assert doctest.DocTestRunner().run(test).failed == 0


def shell(script: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=folder, env=surroundings(**environment), check=False, text=True, timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_edition_of_the_document_is_the_one_that_is_written() -> None:
    assert f"## Format `{FORMAT}`" in document("edition.md")


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("openssl")), reason="jq and openssl are not both here")
def test_an_edition_is_checked_with_public_tools_as_written(tmp_path: Path) -> None:
    from parindex.publication.edition import signed_bytes
    from parindex.publication.keys import SigningKeys
    from tests.publication.test_verification import edition

    key = SigningKeys(tmp_path / "keys").made("demo")
    (script,) = (text for use, text in examples(DOCS / "edition.md") if use == "public-tools")
    (tmp_path / "edition.json").write_bytes(signed_bytes(edition(), key))
    said = shell(script, tmp_path).splitlines()
    assert said[0] == said[1]
    assert "Signature Verified Successfully" in said
    assert said[-1] == key.public.key_id

    changed = signed_bytes(edition(), key).replace(b'"level":"0.95"', b'"level":"0.94"')
    (tmp_path / "edition.json").write_bytes(changed)
    said = shell(script, tmp_path).splitlines()
    assert said[0] != said[1]
