"""The templates as the application sets them up, with sample contexts: for the tests and for looking at pages.

`python tests/frontend/frontend_pages.py` serves every sample page at http://127.0.0.1:8765/ under the
application's content security policy.
"""

import sys
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from parindex.api.shared import page
from parindex.api.shared.navigation import NavigationEntry
from parindex.api.shared.page import Page, PageFrame

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "frontend_templates"
GALLERY = Path(__file__).resolve().parent / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MARKS = {"ministries": "imported", "criteria-set": "illustrative", "sign-in": None}
"""Samples that are marked otherwise than as simulated."""

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@cache
def environment() -> Environment:
    """The application's own environment, which also finds the gallery of components."""
    made = page.environment("vi")
    return made.overlay(loader=ChoiceLoader([made.loader, FileSystemLoader(GALLERY)]))


def frame(marked: str | None = "simulated") -> PageFrame:
    """What every page is given."""
    nav = ["Xếp hạng", "Đơn vị", "Khảo sát", "Dữ liệu mở", "Phương pháp", "Xác minh"]
    return PageFrame(
        csrf="token",
        here="/here",
        nav=tuple(NavigationEntry(href=f"/{i}", label=label, current=i == 0) for i, label in enumerate(nav)),
        person=None,
        marked=marked,
        owner="Vụ Cải cách hành chính (mô phỏng)",
    )


@cache
def contexts() -> dict[str, Any]:
    """Sample pages by name."""
    from tests.frontend.frontend_samples import samples

    return samples()


@cache
def render(name: str) -> str:
    """One sample page."""
    sample = contexts()[name]
    if isinstance(sample, Page):
        return page.render(sample, frame(MARKS.get(name, "simulated")), "vi")
    template, context = sample
    around = msgspec.structs.asdict(frame())
    return environment().get_template(template).render({**around, **context})


class Pages(BaseHTTPRequestHandler):
    """Serves the samples and the static files."""

    def do_GET(self) -> None:
        """Answer one request."""
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            file = TEMPLATES / path.lstrip("/")
            self.answer(file.read_bytes() if file.is_file() else b"", TYPES.get(file.suffix, "text/plain"))
        elif path == "/":
            links = "".join(f'<li><a href="/{name}">{name}</a>' for name in contexts())
            self.answer(f"<!doctype html><ul>{links}".encode(), "text/html; charset=utf-8")
        else:
            name = path.lstrip("/")
            body = render(name).encode() if name in contexts() else b""
            self.answer(body, "text/html; charset=utf-8")

    def answer(self, body: bytes, kind: str) -> None:
        """Send a body, or 404 where it is empty."""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


def serve(port: int = 8765) -> ThreadingHTTPServer:
    """A server of the samples; the caller starts it."""
    return ThreadingHTTPServer(("127.0.0.1", port), Pages)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    serve().serve_forever()
