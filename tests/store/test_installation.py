from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from parindex.store.embedded import EmbeddedServer
from parindex.store.secrets import installation_folder


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder through which everybody may pass, as a checkout is."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_every_start_finds_the_cluster_where_the_first_one_made_it(open_place: Path) -> None:
    first = EmbeddedServer(installation_folder(open_place / "data") / "postgres").home
    again = EmbeddedServer(installation_folder(open_place / "data") / "postgres").home
    assert first == again == open_place / "data" / "postgres"


def test_nobody_else_can_list_the_folder_of_an_installation(open_place: Path) -> None:
    mode = stat.S_IMODE(installation_folder(open_place / "data").stat().st_mode)
    assert mode == (0o711 if os.geteuid() == 0 else 0o700)
