"""A real browser for the console's tests: where it is found, and what it noticed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
WITHIN_MS = 15_000


@contextmanager
def chromium() -> Iterator["Browser"]:
    """The machine's own Chromium, without a window; skips the test where there is none."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium on the PATH")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True, kw_only=True)
class Tab:
    """A tab, and whatever it said or asked for that it should not have."""

    page: "Page"
    address: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        socket = self.address.replace("http", "ws", 1)

        def asked(request: Any) -> None:
            if not request.url.startswith((self.address, socket)):
                self.complaints.append(f"asked for {request.url}")

        def said(message: Any) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(message.text)

        self.page.on("request", asked)
        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, token: str) -> None:
        """Type the token, as somebody with a keyboard does."""
        self.page.get_by_label("Token").fill(token)
        self.page.keyboard.press("Enter")

    def faults_of_access(self) -> list[str]:
        """What axe finds on the page as it is, where axe is installed; else nothing."""
        if not AXE.exists():
            return []
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


@contextmanager
def tab(browser: "Browser", address: str, **how: Any) -> Iterator[Tab]:
    """A window of its own, with a storage of its own."""
    context: BrowserContext = browser.new_context(**how)
    context.set_default_timeout(WITHIN_MS)
    opened = Tab(page=context.new_page(), address=address)
    opened.watch()
    try:
        yield opened
    finally:
        context.close()
