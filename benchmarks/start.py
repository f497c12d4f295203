"""The demonstration's first and second start on an empty folder: first page, ``ready``, and memory.

Limits: first page 20 s, ready with all sample data 90 s, second start 5 s, of an installed environment.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Final

from benchmarks import reference

FIRST_PAGE: Final = 20.0
READY: Final = 90.0
SECOND: Final = 5.0


def start(data: Path, port: int) -> tuple[float, float, int]:
    """Seconds to the first page and to ``ready``, and megabytes of the serving process then."""
    environment = {**os.environ, "PARINDEX_DATA": str(data), "PORT": str(port)}
    began = time.perf_counter()
    demo = subprocess.Popen(
        [sys.executable, "-m", "parindex", "demo"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        page = _first_page(port, began)
        ready = _ready(demo, began)
        return page, ready, _megabytes(demo.pid)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)


def _first_page(port: int, began: float) -> float:
    while time.perf_counter() < began + 300:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
    raise SystemExit("no page in 300 s")


def _ready(demo: subprocess.Popen[bytes], began: float) -> float:
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith(b"ready "):
            return time.perf_counter() - began
    raise SystemExit("the demonstration never was ready")


def _megabytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1000


def main() -> None:
    """Print seconds, ratios to the limits, and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8398)
    port = parser.parse_args().port
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        page, ready, used = start(Path(folder) / "data", port)
        _, again, used_again = start(Path(folder) / "data", port)
    print(f"first page {page:.1f} s, {page / FIRST_PAGE:.2f} × the limit")
    print(f"ready      {ready:.1f} s, {ready / READY:.2f} × the limit; the serving process holds {used} MB")
    print(f"again      {again:.1f} s, {again / SECOND:.2f} × the limit; {used_again} MB")
    print(reference.footer())


if __name__ == "__main__":
    main()
