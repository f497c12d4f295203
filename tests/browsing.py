"""A real browser over a real server; skipped with the reason where no Chromium is installed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from parindex.access import form_drafts, tenants
from parindex.api.shared.services import Services
from parindex.app import compose, create_app, hire
from parindex.serving import configuration
from parindex.settings import Settings
from parindex.store.embedded import EmbeddedServer
from parindex.store.installation import Addresses
from tests import databases

if TYPE_CHECKING:
    from tests.browser.small_platform import Platform

T = TypeVar("T")
_sites = count()

TESTS = Path(__file__).parent
AXE = TESTS / "browser" / "vendor" / "axe.min.js"
FOLDERS = (TESTS / "browser", TESTS / "journeys")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],  # all rules run; what passes is not described node by node
}
JUDGE = """async wanted => {
  const swagger = document.querySelector("#reference") !== null;
  const rules = {"landmark-no-duplicate-main": {enabled: !swagger}};
  return (await axe.run({exclude: [["#reference"]]}, {...wanted, rules})).violations;
}"""
LONG: Final = os.environ.get("PARINDEX_TEST_LONG") == "1"
"""Whether tests look at everything, as ``script/test --long`` asks, and not at each thing once."""

UNKEPT = """name => {
  const typed = "input:not([type=hidden], [type=submit], [type=file], [name=confirm]), select, textarea";
  const forms = [...document.querySelectorAll("main form[method=post]")].filter(form =>
    [...form.elements].some(one => one.name && one.matches(typed)) && !form.querySelector("[type=password]"));
  const names = forms.map(form => form.dataset.draft ?? "");
  const named = new RegExp(name);
  return names.filter((one, at) => !named.test(one) || names.indexOf(one) < at).map((one, at) => one || forms[at].action);
}"""
"""Forms of a working page that keep nothing, or under the name of another."""


def in_turn(values: Sequence[T], place: int, *, of: int) -> Sequence[T]:
    """The values that the one at a place tries: in a long run all, else those of its turn: its neighbours try the others.

    >>> [in_turn("abcd", place, of=2) for place in range(2)]
    ['ac', 'bd']
    """
    return values if LONG else values[place % of :: of]


SIZES = {"1280": {"width": 1280, "height": 900}, "360": {"width": 360, "height": 740}}


@dataclass
class Site:
    """A server of the platform that a browser can visit."""

    url: str
    services: Services
    tenant: UUID
    loop: asyncio.AbstractEventLoop

    def call(self, work: Awaitable[T]) -> T:
        """Run a coroutine where the server runs."""

        async def go() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(go(), self.loop).result(300)


def find_chromium() -> str | None:
    named = os.environ.get("PARINDEX_CHROMIUM")
    return named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all browser tests of a worker, which share one Chromium."""
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in FOLDERS):
            item.add_marker(pytest.mark.browser)
            if pytest_asyncio.is_async_test(item):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium is installed: name one in PARINDEX_CHROMIUM or install the package chromium")
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def site(server: EmbeddedServer, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of this module's own, with an empty database; its connections end with the module."""
    name = f"{template.replace('template', 'site')}_{next(_sites)}"
    asyncio.run(databases.clone(server, template, name))
    running, stop = _serve(server, name, tmp_path_factory.mktemp("site"))
    yield running
    stop()
    asyncio.run(databases.drop(server, name))


@pytest.fixture(scope="module")
def platform(request: pytest.FixtureRequest, site: Site) -> Platform:
    """The module's server with a small platform, loaded as the module's ``PLATFORM`` says."""
    from tests.browser import small_platform  # which stands on the fixtures of the suite

    return site.call(small_platform.load(site.services, site.tenant, **request.module.PLATFORM))


def _serve(server: EmbeddedServer, database: str, data: Path) -> tuple[Site, Callable[[], None]]:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    ready = threading.Event()
    made: dict[str, Any] = {}

    async def live() -> None:
        services = await compose(
            Settings(data=data), server.url("parindex_app", database), pool=6,
            owner_url=server.url("parindex_migrator", database),
        )  # fmt: skip
        found = await tenants.by_code(services.db, "demo")
        assert found is not None
        addresses = Addresses(
            app=server.url("parindex_app", database),
            migrator=server.url("parindex_migrator", database),
            sealer=server.url("parindex_sealer", database),
        )
        worker = await hire(services, addresses)
        app = create_app(services, sealer_url=addresses.sealer, worker=worker)
        running = uvicorn.Server(configuration(app, services))
        made.update(server=running, services=services, tenant=found.id, loop=asyncio.get_running_loop())
        serving = asyncio.create_task(running.serve(sockets=[taken]))
        while not running.started and not serving.done():
            await asyncio.sleep(0.01)
        ready.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert ready.wait(60), "the server did not start"
    url = f"http://127.0.0.1:{taken.getsockname()[1]}"

    def stop() -> None:
        made["server"].should_exit = True
        thread.join(20)

    return Site(url=url, services=made["services"], tenant=made["tenant"], loop=made["loop"]), stop


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


class Visitor:
    """One person's browser: watches that nothing is fetched from elsewhere and that no script fails."""

    def __init__(self, context: BrowserContext, page: Page, base: str, *, scripted: bool = True) -> None:
        self.context = context
        self.scripted = scripted
        self.base = base
        self.page = page
        self.status = 0
        self.foreign: list[str] = []
        self.faults: list[str] = []
        self.looks = 0
        self.page.on("request", self._watch)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("response", self._judge)

    def _watch(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(request.url)

    def _listen(self, message: Any) -> None:
        """A page that was refused is told by its own status; what it loads is judged by itself."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(message.text)

    def _judge(self, response: Any) -> None:
        """A form that is sent without leaving its page is refused by 422, as one is that leaves it."""
        if response.status == 422 and response.request.method == "POST":
            return
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} {response.url}")

    async def open(self, path: str) -> Page:
        """Go to an address of the site."""
        answer = await self.page.goto(self.base + path if path.startswith("/") else path)
        self.status = answer.status if answer else 0
        return self.page

    async def sign_in(self, login: str, password: str) -> None:
        """Through the form, as a person does."""
        await self.open("/sign-in")
        await self.page.fill("[name=login]", login)
        await self.page.fill("[name=password]", password)
        await self.page.click("main form button[type=submit]")

    async def axe(self) -> list[str]:
        """What axe finds on the page, as ``rule: target``; the tree of Swagger UI is not ours to judge."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(_axe())
        found = await self.page.evaluate(JUDGE, RULES)
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    async def flaws(self, *, dark: bool = False) -> list[str]:
        """What is wrong with the page: axe, width, failed scripts, foreign addresses.

        In a long run axe judges it on a desk and on a phone, else a visitor's pages in turn on the one or the other.

        Args:
            dark: Look at the dark colours as well.
        """
        found: list[str] = []
        self.looks += 1
        for name in in_turn(tuple(SIZES), self.looks, of=len(SIZES)):
            await self.page.set_viewport_size(SIZES[name])
            found += [f"{name}: {one}" for one in await self.axe()]
            if dark:
                await self.page.emulate_media(color_scheme="dark")
                found += [f"{name} dark: {one}" for one in await self.axe()]
                await self.page.emulate_media(color_scheme="light")
        for width in (320, 360, 768, 1280):
            await self.page.set_viewport_size({"width": width, "height": 740})
            if (wider := await self.overflow()) > 0:
                found.append(f"{width}: the page is {wider} pixels too wide")
        if "/work" in self.page.url and await self.page.locator("body.work").count() and self.scripted:
            unkept = await self.page.evaluate(UNKEPT, f"^{form_drafts.NAME}$")
            found += [f"what is typed into a form is not kept: {one}" for one in unkept]
        found += [f"fault: {fault}" for fault in self.faults] + [f"foreign: {one}" for one in self.foreign]
        self.faults.clear()
        self.foreign.clear()
        return found

    async def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: Browser) -> AsyncIterator[Callable[..., Awaitable[Visitor]]]:
    """``await visit(site, size="360", javascript=False)`` opens a browser of its own."""
    opened: list[BrowserContext] = []

    async def open_browser(site: Site, *, size: str = "1280", javascript: bool = True) -> Visitor:
        context = await chromium.new_context(
            viewport=SIZES[size], java_script_enabled=javascript, locale="vi-VN", accept_downloads=True
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return Visitor(context, await context.new_page(), site.url, scripted=javascript)

    yield open_browser
    for context in opened:
        await context.close()
