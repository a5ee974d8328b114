"""What the dashboards cost on a phone's line, beside the same screens as Flet serves them.

    uv run python benchmarks/page_weight.py            # some six minutes; --json: one object

A real Chromium visits the street of `peergrid demo` through a relay that counts every byte both
ways: requests, headers, answers and the socket as compressed. TLS is not in it.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from demo import STILL, demo, free_port
from relay import Relay

DEFAULT = Path(__file__).with_name("default_flet.py")
LIMITS = {  # what a phone that pays per megabyte should not have to exceed
    "first_visit_bytes": 4_200_000,
    "second_visit_bytes": 60_000,
    "screen_change_bytes": 30_000,
    "evening_bytes": 300_000,
}
ARGS = ("--headless", "--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader")
PATIENCE_MS = 60_000
QUIET_S = 2.0  # then a step is over
PHONE, DESK = (390, 844), (1280, 800)
LIVE_S = 5.0
HALF_HOURS = 24
IDLE_S = 60
EVENING_H = 3
ROOMS = {
    "producer": {"Wallet": "My wallet", "Market": "My market", "Energy": "My energy"},
    "consumer": {"Wallet": "My wallet", "Market": "My market", "Energy": "My energy"},
    "operator": {"Members": "Members and meters", "Settlement": "Settlement", "Now": "Now"},
}


@dataclass
class Visit:
    """A page that comes through a relay."""

    page: Page
    relay: Relay

    @property
    def spoken(self) -> Locator:
        return self.page.locator("flt-semantics-host")

    def open(self) -> None:
        self.page.goto(f"http://127.0.0.1:{self.relay.port}")
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached", timeout=PATIENCE_MS)
        placeholder.dispatch_event("click")

    def sign_in(self, email: str, password: str) -> None:
        for name, typed in (("Email", email), ("Password", password)):
            field = self.spoken.get_by_label(name)
            while field.input_value(timeout=PATIENCE_MS) != typed:  # it may still be coming
                field.click(timeout=PATIENCE_MS)
                self.page.keyboard.press("Control+A")
                self.page.keyboard.type(typed)
        self.page.keyboard.press("Enter")

    def sees(self, title: str) -> None:
        heading = self.spoken.get_by_role("heading", name=title, exact=True)
        heading.wait_for(timeout=PATIENCE_MS)

    def enter(self, room: str, title: str) -> None:
        tab = self.spoken.get_by_role("tab", name=room)
        button = self.spoken.get_by_role("button", name=room)
        tab.or_(button).first.click(timeout=PATIENCE_MS)
        self.sees(title)

    def counted(self) -> int:
        """All that went through since it was asked last, once nothing does any more [B]."""
        while self.relay.quiet_s < QUIET_S:
            self.page.wait_for_timeout(100)
        counted, self.relay.counted = self.relay.counted, 0
        return counted


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measured(Path(folder))
    print(json.dumps(result) if asked.json else table(result))


def measured(folder: Path) -> dict[str, Any]:
    with sync_playwright() as playwright, ExitStack() as stack:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        stack.callback(browser.close)
        with demo(folder, STILL) as (port, sign_ins, _), default(port) as default_port:
            ours = visited(browser, Relay(port), sign_ins)
            theirs = visited(browser, Relay(default_port), sign_ins)
        with demo(folder, str(LIVE_S)) as (port, sign_ins, _), default(port) as default_port:
            places = {"ours": port, "default": default_port}
            visits = {name: Visit(page_in(browser), Relay(it)) for name, it in places.items()}
            live = evening(visits, sign_ins["producer"])
            for visit in visits.values():
                visit.page.close()
    for name, figures in (("ours", ours), ("default", theirs)):
        of_intervals = EVENING_H * 2 * live[name] / HALF_HOURS
        of_silence = EVENING_H * 3600 * figures.pop("idle_bytes") / IDLE_S
        figures["evening_bytes"] = round(of_intervals + of_silence)
        figures["live_half_hour_bytes"] = round(live[name] / HALF_HOURS)
    return {**ours, "default": theirs, "limits": LIMITS, "half_hours_watched": HALF_HOURS}


def visited(browser: Browser, relay: Relay, sign_ins: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """One figure for each kind of step, and what each screen change took [B]."""
    changes = {}
    for role, rooms in ROOMS.items():
        context = browser.new_context(locale="en-GB")
        page = page_in(context, DESK if role == "operator" else PHONE)
        visit = Visit(page, relay)
        relay.counted = 0
        *_, home = rooms.values()
        visit.open()
        visit.spoken.get_by_label("Email").wait_for(timeout=PATIENCE_MS)
        opening = visit.counted()
        visit.sign_in(*sign_ins[role])
        visit.sees(home)
        signing_in = visit.counted()
        for room, title in rooms.items():
            visit.enter(room, title)
            changes[f"{role}: {title}"] = visit.counted()
        if role == "producer":
            visit.spoken.get_by_role("button", name="Day before").click(timeout=PATIENCE_MS)
            changes["producer: the day before"] = visit.counted()
            page.wait_for_timeout(IDLE_S * 1000)
            idle = visit.counted()
            page.close()
            again = Visit(page_in(context), relay)
            relay.counted = 0
            again.open()
            again.sees(home)
            second = again.counted()
            first = opening + signing_in
        context.close()
    return {
        "first_visit_bytes": first,
        "second_visit_bytes": second,
        "screen_change_bytes": max(changes.values()),
        "screen_changes": changes,
        "idle_bytes": idle,
    }


def evening(visits: dict[str, Visit], sign_in: tuple[str, str]) -> dict[str, int]:
    """What HALF_HOURS of a producer's day take, one every LIVE_S, on their first screen [B]."""
    for visit in visits.values():
        visit.open()
        visit.sign_in(*sign_in)
        visit.sees("My energy")
        visit.page.wait_for_timeout(QUIET_S * 1000)
    for visit in visits.values():
        visit.relay.counted = 0
    until = time.monotonic() + HALF_HOURS * LIVE_S
    while time.monotonic() < until:
        for visit in visits.values():
            visit.page.wait_for_timeout(200)
    return {name: visit.relay.counted for name, visit in visits.items()}


def page_in(place: Browser | BrowserContext, size: tuple[int, int] = PHONE) -> Page:
    page = place.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return page


@contextmanager
def default(api_port: int) -> Iterator[int]:
    """The same dashboards of the same API, served by Flet: their port."""
    port = free_port()
    command = [sys.executable, str(DEFAULT), f"http://127.0.0.1:{api_port}", str(port)]
    process = subprocess.Popen(command, env=os.environ)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield port
    finally:
        process.terminate()
        process.wait()


def table(result: dict[str, Any]) -> str:
    lines = [f"{'bytes on the wire':<24}{'PeerGrid':>12}{'as Flet':>12}{'at most':>12}"]
    for key, limit in LIMITS.items():
        words = key.removesuffix("_bytes").replace("_", " ")
        lines.append(f"{words:<24}{result[key]:>12,}{result['default'][key]:>12,}{limit:>12,}")
    for name, taken in result["screen_changes"].items():
        lines.append(f"  {name:<34}{taken:>10,}")
    lines.append(
        f"An evening is {EVENING_H} h: {2 * EVENING_H} half hours as the {HALF_HOURS} watched took"
        f" on the mean, and {EVENING_H} h as silent as the {IDLE_S} s in which nothing happened."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
