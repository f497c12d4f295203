"""Which other versions of Python ``script/test --long`` runs the suite on."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.installations import ROOT

OWN = sys.version_info[1]
OTHER, ANOTHER = (minor for minor in (12, 13, 14) if minor != OWN) if OWN in (12, 13, 14) else (12, 13)


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "script" / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The only folder of the PATH, and where pyenv keeps its versions."""
    on_path, pyenv = tmp_path / "bin", tmp_path / "pyenv"
    on_path.mkdir()
    monkeypatch.setenv("PATH", str(on_path))
    monkeypatch.setenv("PYENV_ROOT", str(pyenv))
    return on_path, pyenv / "versions"


def put(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_other_versions_are_found_on_the_path_before_those_of_pyenv(bootstrap, places) -> None:
    on_path, pyenv = places
    first = put(on_path / f"python3.{OTHER}", f"echo '3.{OTHER}.4 (main)'")
    put(pyenv / f"3.{OTHER}.1" / "bin" / f"python3.{OTHER}", f"echo '3.{OTHER}.1 (main)'")
    second = put(pyenv / f"3.{ANOTHER}.0" / "bin" / f"python3.{ANOTHER}", f"echo '3.{ANOTHER}.0 (main)'")
    assert bootstrap.further_pythons() == {
        (3, OTHER): (first, f"3.{OTHER}.4 (main)"),
        (3, ANOTHER): (second, f"3.{ANOTHER}.0 (main)"),
    }


def test_one_that_is_not_switched_on_or_lies_about_its_version_is_passed_over(bootstrap, places) -> None:
    on_path, pyenv = places
    put(on_path / f"python3.{OTHER}", "echo 'command not found' >&2; exit 127")
    kept = put(pyenv / f"3.{OTHER}.1" / "bin" / f"python3.{OTHER}", f"echo '3.{OTHER}.1 (main)'")
    put(on_path / f"python3.{ANOTHER}", f"echo '3.{OTHER}.1 (main)'")
    assert bootstrap.further_pythons() == {(3, OTHER): (kept, f"3.{OTHER}.1 (main)")}


def test_the_version_that_runs_already_and_older_ones_are_no_further_ones(bootstrap, places) -> None:
    on_path, _ = places
    for minor in (10, OWN):
        put(on_path / f"python3.{minor}", f"echo '3.{minor}.4 (main)'")
    assert bootstrap.further_pythons() == {}
