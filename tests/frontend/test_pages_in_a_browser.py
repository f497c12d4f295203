"""Every sample page in Chromium: nothing found by axe, nothing refused by the policy, nothing wider than the screen."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import in_turn
from tests.frontend.frontend_pages import contexts, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
JUDGE = """async () => {
    const wanted = {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], resultTypes: ["violations"]};
    const {violations} = await axe.run(document, wanted);
    return violations.map(rule => [rule.id, rule.nodes.map(node => node.target)]);
}"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = serve(0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def test_axe_sees_a_fault_that_was_planted(browser: Any) -> None:
    page = browser.new_page(color_scheme="light")
    page.set_content(
        "<style>p { color: #000; background: #fff } @media (prefers-color-scheme: dark) { p { color: #ddd } }</style>"
        "<img src='data:,'><p>Chữ</p>"
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    seen = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen[scheme] = {rule for rule, _ in page.evaluate(JUDGE)} & {"image-alt", "color-contrast"}
    assert seen == {"light": {"image-alt"}, "dark": {"image-alt", "color-contrast"}}
    page.close()


@pytest.mark.parametrize(("turn", "width", "schemes"), [(0, 1280, ("light", "dark")), (1, 360, ("light",))])
def test_axe_finds_nothing_on_any_sample(
    browser: Any, address: str, turn: int, width: int, schemes: tuple[Any, ...]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    source = AXE.read_text(encoding="utf-8")
    for name in in_turn(tuple(contexts()), turn, of=2):
        page.emulate_media(color_scheme=schemes[0])
        page.goto(f"{address}/{name}")
        page.evaluate(source)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(JUDGE) == [], f"{name} {scheme}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert told == [], name
    context.close()


READABLE = """() => {
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const small = [];
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement, box = element.getBoundingClientRect();
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (texts.currentNode.data.trim() && !element.closest(".sr") && box.width > 1 && size < 16) small.push([element.className, size]);
    }
    const low = [...document.querySelectorAll(".cell")].map(cell => cell.getBoundingClientRect())
        .filter(box => box.height < 48 || box.width < 48).map(box => [box.width, box.height]);
    return [small, low];
}"""


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_survey_is_read_and_touched_without_effort(browser: Any, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/survey")
    assert page.locator(".cell").count() > 5
    assert page.evaluate(READABLE) == [[], []]
    page.close()


def test_no_sample_is_wider_than_the_screen(browser: Any, address: str) -> None:
    page = browser.new_page()
    for name in contexts():
        page.goto(f"{address}/{name}")
        for width in (320, 760, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} at {width}"
    page.close()


def test_numbers_of_a_column_stand_under_each_other(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/ranking")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].some(face => face.family.includes('BVP') && face.status === 'loaded')")
    widths = page.evaluate(
        """() => {
        const span = document.createElement('span');
        span.className = 'num'; document.querySelector('main').append(span);
        const measure = (text, weight) => {
            span.className = weight ? 'num strong' : 'num'; span.textContent = text;
            return span.getBoundingClientRect().width;
        };
        return [measure('11,11', false), measure('88,88', false), measure('40,04', false)];
    }"""
    )
    assert len(set(widths)) == 1
    page.close()
