"""What ``script/screenshots`` runs in the environment: a demonstration, a browser, small PNG files."""

import asyncio
import base64
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
PASSWORD = os.environ.get("PARINDEX_DEMO_PASSWORD", "cai-cach-2026")
SIZES = {"1280": (1280, 900), "360": (360, 740)}
COLOURS = 96
LONGEST = {"1280": 1500, "360": 1700}
"""Pixels of a page that are shown at most: a picture is to be looked at, not to be scrolled."""

PUBLIC = {
    "home": "/",
    "ranking": "/rankings/2025/province",
    "ranking-2023": "/rankings/2023/ministry",
    "agency": "/agencies/P01",
    "criterion": "/agencies/P01/2025/1.1.3",
    "edition": "/editions/2025-province.1",
    "verify": "/verify",
}
WORK = {
    "chuyenvien": {"worklist": "/work", "sheet": "sheet"},
    "thamdinh": {"appraisal": "appraisal"},
    "thuky": {"cycle": "cycle", "survey-round": "round"},
}


async def main(address: str, token: str | None) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("PARINDEX_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        raise SystemExit("no Chromium is installed: name one in PARINDEX_CHROMIUM or install the package chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            page = await opened(browser, size)
            for name, path in PUBLIC.items():
                await page.goto(address + path)
                await take(page, name, size)
            for login, wanted in WORK.items():
                await at_work(await opened(browser, size), address, login, wanted, size)
        if token:
            await survey(browser, address, token)
        await browser.close()


async def opened(browser: Browser, size: str) -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    return await context.new_page()


async def at_work(page: Page, address: str, login: str, wanted: dict[str, str], size: str) -> None:
    await page.goto(address + "/sign-in")
    await page.fill("[name=login]", login)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button[type=submit]")
    for name, what in wanted.items():
        await page.goto(address + (what if what.startswith("/") else "/work"))
        if what == "sheet":
            await page.click("a[href*='/work/sheets/']")
            await page.goto(page.url.rstrip("/") + "/1.1.3")
        elif what == "appraisal":
            await page.click("a[href*='/work/appraisals/']")
            await page.goto(page.url.rstrip("/") + "/1.1.3")
        elif what == "cycle":
            await page.goto(address + "/work/cycles")
            await page.click("main a[href*='/work/cycles/']")
        elif what == "round":
            await page.goto(address + "/work/surveys")
            await page.get_by_role("link", name="người dân năm 2025").first.click()
        await take(page, name, size)


async def survey(browser: Browser, address: str, token: str) -> None:
    """The first pages that a citizen sees; nothing is sent, so the link stays good."""
    page = await opened(browser, "360")
    await page.goto(f"{address}/s/{token}")
    await take(page, "survey-start", "360")
    await page.click("main form button[type=submit]")
    await page.goto(f"{address}/survey/2")
    await take(page, "survey-group", "360")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await take(page, "survey-group", "1280")


async def take(page: Page, name: str, size: str) -> None:
    await page.evaluate("document.fonts.ready")
    width = SIZES[size][0]
    height = min(LONGEST[size], await page.evaluate("document.documentElement.scrollHeight"))
    picture = await page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    file = FOLDER / f"{name}-{size}.png"
    file.write_bytes(smaller(await decoded(page, picture)))
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB", flush=True)


def smaller(pixels: np.ndarray) -> bytes:
    """A picture as a PNG with a palette of its most frequent colours, each pixel at the nearest of them."""
    colours, places, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    chosen = colours[np.argsort(-counts)[:COLOURS]].astype(np.int32)
    nearest = np.array([np.abs(chosen - colour).sum(axis=1).argmin() for colour in colours.astype(np.int32)])
    indexed = nearest[places.reshape(-1)].astype(np.uint8).reshape(pixels.shape[:2])
    height, width = indexed.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), indexed], axis=1).tobytes()
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", chosen.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


DECODE = """async (png) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let i = 0; i < pixels.length; i += 32768) text += String.fromCharCode(...pixels.subarray(i, i + 32768));
  return [image.width, image.height, btoa(text)];
}"""


async def decoded(page: Page, png: bytes) -> np.ndarray:
    """(height, width, 3) colours of a picture, which a blank page of the browser unpacks."""
    blank = await page.context.new_page()
    width, height, pixels = await blank.evaluate(DECODE, base64.b64encode(png).decode())
    await blank.close()
    return np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 4)[:, :, :3]


@contextmanager
def demonstration() -> Iterator[tuple[str, str | None]]:
    """A demonstration of our own in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="parindex-screenshots-") as folder:
        environment = {**os.environ, "PARINDEX_DATA": folder, "PORT": "8917", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "parindex", "demo"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
            try:
                assert running.stdout is not None
                told = next((line for line in running.stdout if line.startswith("ready ")), None)
                if told is None:
                    raise SystemExit("the demonstration did not start; what it said stands above")
                links = Path(folder) / "survey-links.txt"
                found = re.search(r"/s/(\S+)", links.read_text()) if links.exists() else None
                yield told.split()[1], found.group(1) if found else None
            finally:
                running.terminate()
                running.wait(30)


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(main(sys.argv[1].rstrip("/"), sys.argv[2] if sys.argv[2:] else None))
    else:
        with demonstration() as (address, token):
            asyncio.run(main(address, token))
