"""A browser for the tests, the windows in which they open pages, and a bare server of files for it to read."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import threading
from typing import TYPE_CHECKING, Any

from tests.parts import BROWSERS
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MILLISECONDS = PATIENCE * 1000
"""The same patience as playwright counts it."""


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Run Chromium without a window; what is expected of its pages is waited for as patiently as all else."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            timeout=MILLISECONDS,
        )
        yield running
        running.close()


class Windows:
    """Opens pages in windows of their own, and takes note of what was asked from elsewhere and what went wrong."""

    def __init__(self, browser: Any, *homes: str) -> None:
        self.browser, self.homes = browser, (*homes, "data:", "blob:")
        self.contexts: list[Any] = []
        self.elsewhere: list[str] = []
        self.wrong: list[str] = []
        self.held: list[Any] = []
        self.released = False

    def open(
        self, address: str, *, hold: str = "", clock: bool = False, fault: Callable[[str], bool] = bool, **settings: Any
    ) -> Any:
        """Open a page; what it asks for at some addresses is held back, in `held`; its clock may be set.

        `fault` tells whether what the browser complains of is a fault here; by default everything is.
        """
        context = self.browser.new_context(**settings)
        self.contexts.append(context)
        context.set_default_timeout(MILLISECONDS)
        context.on("request", lambda each: self.elsewhere.append(each.url) if not self.here(each.url) else None)
        if hold:
            context.route(hold, lambda route: route.continue_() if self.released else self.held.append(route))
        if clock:
            context.clock.install()
        page = context.new_page()
        page.on(
            "console",
            lambda each: (
                self.wrong.append(each.text) if each.type in {"error", "warning"} and fault(each.text) else None
            ),
        )
        page.on("pageerror", lambda each: self.wrong.append(str(each)))
        # What is held back may be part of the page, which is then not whole.
        page.goto(address, wait_until="commit" if hold else "load")
        return page

    def here(self, address: str) -> bool:
        """Whether an address is one of ours, or of the page itself."""
        return address.startswith(self.homes)

    def holding(self, page: Any) -> bool:
        """Wait until something is held back."""
        return until(lambda: self.held, pause=lambda seconds: page.wait_for_timeout(seconds * 1000))

    def release(self) -> None:
        """Let go what is held back, and all that is asked for from now on."""
        self.released = True
        for each in self.held:
            each.continue_()

    def close(self) -> None:
        """Close all windows; nothing may have been asked from elsewhere, and the browser may complain of nothing."""
        for context in self.contexts:
            context.close()
        assert self.elsewhere == []
        assert self.wrong == []


@contextlib.contextmanager
def files(folder: Path, headers: Iterable[tuple[str, str]] = (), missing: Path | None = None) -> Iterator[str]:
    """Serve a folder below a path, as a server of files does that knows nothing of it, and give its address.

    `headers` stand in each answer, and `missing` is the page for what is not there.
    """
    said = tuple(headers)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def end_headers(self) -> None:
            for name, value in said:
                self.send_header(name, value)
            super().end_headers()

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            if missing is None:
                super().send_error(code, message, explain)
                return
            self.send_response(code)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(missing.read_bytes())

    class Listening(http.server.ThreadingHTTPServer):
        request_queue_size = 128

    with Listening(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder.parent))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{running.server_port}/{folder.name}/"
        finally:
            running.shutdown()
