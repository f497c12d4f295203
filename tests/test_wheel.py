"""The wheel alone is enough: it carries its data and works in a folder that is no checkout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import venv
import zipfile
from pathlib import Path

import pytest

from tests.installations import ROOT, answer, free_port, surroundings

CARRIED = ("criteria", "instruments", "migrations", "frontend_templates")

SET = """\
set: tu-kiem-tra
version: "1"
title: {vi: "Bộ tự kiểm tra"}
status: illustrative
tier: province
years: [2026]
legal_basis: []
classes: [{name: A, from: 80}, {name: B, from: 0}]
areas:
  - code: "1"
    title: {vi: "Chỉ đạo, điều hành"}
    appraiser: home-affairs
    criteria:
      - code: "1.1"
        title: {vi: "Ban hành kế hoạch"}
        max: 2
        inputs: {issued: {type: boolean, label: {vi: "Đã ban hành"}}}
        rule: {yes_no: issued}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "--wheel", "*.whl")


def build(source: Path, target: Path, kind: str, pattern: str) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(target), str(source)],
        capture_output=True, text=True, check=False, env=surroundings(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = target.glob(pattern)
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment with the wheel and the packages that it needs, and without the checkout."""
    home = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(with_pip=False, symlinks=True).create(home)
    (site,) = (home / "lib").glob("python*/site-packages")
    shared = [entry for entry in sys.path if entry.endswith("site-packages")]
    (site / "needs.pth").write_text("\n".join(shared) + "\n")
    done = subprocess.run(
        [*pip(), "--python", str(home / "bin" / "python"), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        capture_output=True, text=True, check=False, env=surroundings(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return home / "bin"


def pip() -> list[str]:
    """A pip that installs into another environment."""
    for interpreter in (sys.executable, str(Path(sys.base_prefix) / "bin" / "python3")):
        found = [interpreter, "-m", "pip", "--disable-pip-version-check"]
        if (
            Path(interpreter).exists()
            and subprocess.run([*found, "--version"], capture_output=True, check=False).returncode == 0
        ):
            return found
    pytest.skip("no pip is here to install the wheel with")


def run(installed: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / command[0]), *command[1:]],
        cwd=folder, env=surroundings(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def tracked(folder: str) -> set[str]:
    """Files of a folder of the checkout, without what a run leaves behind."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("folder", CARRIED)
def test_the_wheel_carries_every_file_of_its_data_below_the_package(wheel, folder):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"parindex/{name}" for name in tracked(folder)} - names == set()


def test_the_wheel_holds_nothing_outside_the_package_but_its_own_description(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"parindex"}


def test_the_wheel_carries_the_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith("/licenses/LICENSE")]


def test_the_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    archive = build(ROOT, tmp_path, "--sdist", "*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    again = build(source, tmp_path / "again", "--wheel", "*.whl")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_installed_it_finds_its_data_in_itself(installed, tmp_path):
    told = run(
        installed, tmp_path, "python", "-c",
        "from parindex.places import data_folder; "
        f"print(*(data_folder(name) for name in {CARRIED!r}), sep='\\n')",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert [Path(line).parent.name for line in told.stdout.splitlines()] == ["parindex"] * len(CARRIED)
    assert str(ROOT) + os.sep not in told.stdout


def test_installed_it_scores_outside_the_repository(installed, tmp_path):
    (tmp_path / "tu-kiem-tra").mkdir()
    (tmp_path / "tu-kiem-tra" / "1.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "facts.csv").write_text("agency,name,value\nHL,1.1.issued,true\n", encoding="utf-8")
    done = run(installed, tmp_path, "parindex", "score", "tu-kiem-tra/1.yaml", "facts.csv", "--format", "json")
    assert done.returncode == 0, done.stderr
    (agency,) = json.loads(done.stdout)["agencies"]
    assert (agency["agency"], agency["points"], agency["index"], agency["class"]) == ("HL", "2", "100", "A")


def test_installed_it_prints_the_roles_outside_the_repository(installed, tmp_path):
    done = run(installed, tmp_path, "parindex", "migrate", "--print-roles", "parindex")
    assert done.returncode == 0, done.stderr
    assert "create role parindex_app" in done.stdout


def test_installed_it_runs_as_a_module_too(installed, tmp_path):
    done = run(installed, tmp_path, "python", "-m", "parindex", "--lang", "en", "--help")
    assert done.returncode == 0, done.stderr
    assert "verify" in done.stdout


@pytest.mark.slow
def test_installed_the_demo_shows_both_years_outside_the_repository(installed):
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="parindex-"))
    folder.chmod(0o755)
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [str(installed / "parindex"), "demo"], cwd=folder, env=surroundings(PORT=str(port)),
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
        try:
            assert wait_for(f"ready http://127.0.0.1:{port}", folder / "said", process), (folder / "said").read_text()
            pages = {path: answer(port, path) for path in ("/", "/rankings/2023/ministry", "/rankings/2025/province")}
        finally:
            process.send_signal(signal.SIGINT)
            stopped = process.wait(60)
    assert stopped == 0, (folder / "said").read_text()
    assert "Bộ Tư pháp" in pages["/rankings/2023/ministry"]
    assert "Dữ liệu mô phỏng" in pages["/rankings/2025/province"]
    assert (folder / ".demo" / "postgres" / "cluster").is_dir()
    assert not (folder / ".demo" / "postgres" / "cluster" / "postmaster.pid").exists()
    shutil.rmtree(folder)


def wait_for(line: str, said: Path, process: subprocess.Popen[bytes], *, within: float = 240) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and process.poll() is None:
        if line in said.read_text(encoding="utf-8").splitlines():
            return True
        time.sleep(0.2)
    return False
