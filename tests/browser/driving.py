"""How a test uses the dashboard: by the names that a screen reader would speak."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, expect

type Colours = Literal["light", "dark"]

PATIENCE_MS = 30_000
TRIES = 20
SETTLED_MS = 250
SLOW_MS = 180_000  # 4 MB take 20 s, and CI may be slow besides
# WebPageTest's profile "3G": 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back.
THIRD_GENERATION = {
    "latency": 300,  # ms
    "downloadThroughput": 1_600_000 / 8,  # bytes/s
    "uploadThroughput": 768_000 / 8,
}
STILL_MS = 150  # between two pictures that must be the same
MOST_PICTURES = 40
FOCUS_MS = 300
NAMELESS = """parts => parts
  .filter(part => !(part.getAttribute('aria-label') || part.innerText || '').trim())
  .map(part => part.outerHTML)"""
# Leaves of the tree that have words, and lie beyond the window or over one another.
ASTRAY = """parts => {
  const edge = 3
  const words = part => (part.getAttribute('aria-label') || part.innerText || '').trim()
  const leaves = parts.filter(part => words(part) && !part.querySelector('flt-semantics'))
  const bar = document.querySelector('[role=tablist]')?.getBoundingClientRect()
  const boxes = leaves
    .filter(part => !part.closest('[role=tablist]'))
    .map(part => [words(part).slice(0, 80), part.getBoundingClientRect()])
    .filter(([, box]) => box.width && box.height && !(bar && box.bottom > bar.top + edge))
  const beyond = boxes.filter(([, box]) => box.left < -edge || box.right > innerWidth + edge)
  const over = boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > edge
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > edge)
    .map(([other]) => `${one} / ${other}`))
  return [...beyond.map(([one]) => one), ...over]
}"""
MOST_TABS = 80
PHONE = (390, 844)
DESK = (1280, 800)
HOUSEHOLD = {"Energy": "My energy", "Wallet": "My wallet", "Market": "My market", "Me": "Me"}
ROOMS = {
    "producer": HOUSEHOLD,
    "consumer": HOUSEHOLD,
    "operator": {
        "Now": "Now",
        "Members": "Members and meters",
        "Settlement": "Settlement",
        "Market": "Market",
        "Laboratory": "Laboratory",
        "Audit": "Audit",
        "Me": "Me",
    },
}


@dataclass
class Visit:
    """One browser window at the dashboard, and the hosts it has heard from."""

    page: Page
    strangers: list[str] = field(default_factory=list)

    @property
    def spoken(self) -> Locator:
        """The tree of everything that has a name or a text."""
        return self.page.locator("flt-semantics-host")

    def listen(self, patience_ms: int = PATIENCE_MS) -> None:
        """Make Flutter build the tree, as assistive technology does."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached", timeout=patience_ms)
        placeholder.dispatch_event("click")

    def reload(self) -> None:
        self.page.reload()
        self.listen()

    def come_by_3g(self) -> None:
        """Come for the first time once more, as over a slow network."""
        network = self.page.context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.send("Network.emulateNetworkConditions", {"offline": False, **THIRD_GENERATION})
        self.page.reload(wait_until="commit")
        self.listen(SLOW_MS)

    def text(self, words: str | re.Pattern[str]) -> Locator:
        return self.spoken.get_by_text(words).first

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.text(words)).to_be_visible(timeout=PATIENCE_MS)

    def heading(self, words: str) -> Locator:
        return self.spoken.get_by_role("heading", name=words, exact=True)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.spoken.get_by_role("button", name=name).click(timeout=PATIENCE_MS)

    def sign_in(self, email: str, password: str) -> None:
        self.type_in("Email", email)
        self.type_in("Password", password)
        self.page.keyboard.press("Enter")

    def type_in(self, name: str, typed: str) -> None:
        """Type as fast as it goes; again if the field was still about to take the focus.

        A field that takes it late puts back what it held, so what was typed must stay a while.
        """
        field = self.spoken.get_by_label(name)
        for _ in range(TRIES):
            field.click(timeout=PATIENCE_MS)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(typed)
            self.page.wait_for_timeout(SETTLED_MS)
            if field.input_value() == typed:
                return
        raise AssertionError(f"{name} holds {field.input_value()!r}, not what was typed")

    def enter(self, room: str, title: str) -> None:
        """Choose a room on the bar of a phone or the rail of a desk."""
        bar = self.spoken.get_by_role("tab", name=re.compile(rf"^{room}\b"))
        rail = self.spoken.get_by_role("button", name=re.compile(rf"^{room}\s+Tab"))
        bar.or_(rail).click(timeout=PATIENCE_MS)
        expect(self.heading(title)).to_be_visible(timeout=PATIENCE_MS)
        expect(self.text("Loading…")).to_have_count(0, timeout=PATIENCE_MS)

    def begin(self, rooms: dict[str, str]) -> None:
        """Come to the first room anew: on a phone, in the light, at the newest day."""
        self.resize(PHONE)
        self.page.emulate_media(color_scheme="light")
        self.has_turned(is_wide=False, is_dark=False)
        (first, title), *_, (last, last_title) = rooms.items()
        self.enter(last, last_title)
        self.enter(first, title)

    def resize(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def has_turned(self, *, is_wide: bool, is_dark: bool) -> None:
        """Wait until the screen has followed a change of width or of colours."""
        other = "Use light colours" if is_dark else "Use dark colours"
        expect(self.spoken.get_by_role("button", name=other)).to_be_visible(timeout=PATIENCE_MS)
        bar = self.spoken.get_by_role("tablist")
        rail = self.spoken.get_by_role("button", name=re.compile(r"Tab 1 of"))
        expect(bar).to_have_count(0 if is_wide else 1, timeout=PATIENCE_MS)
        expect(rail).to_have_count(1 if is_wide else 0, timeout=PATIENCE_MS)

    def picture(self) -> bytes:
        """What is drawn, once nothing moves any more: drawing lags behind what is spoken."""
        self.page.mouse.move(2, 2)
        drawn = self.page.screenshot()
        for _ in range(MOST_PICTURES):
            self.page.wait_for_timeout(STILL_MS)
            before, drawn = drawn, self.page.screenshot()
            if drawn == before:
                return drawn
        raise AssertionError("the screen never comes to rest")

    def tab_to(self, name: str) -> None:
        """Walk with the keyboard alone until the control of that name has the focus."""
        focused = self.spoken.locator(":focus")
        walked = []
        for _ in range(MOST_TABS):
            with suppress(AssertionError):
                expect(focused).to_have_accessible_name(name, timeout=FOCUS_MS)
                return
            walked += focused.evaluate_all(
                "parts => parts.map(part => part.outerHTML.slice(0, 90))"
            )
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name} cannot be reached by keyboard, only {walked}")

    def nameless_buttons(self) -> list[str]:
        """The markup of every button, field or tab without a name."""
        parts = self.spoken.locator("[role=button], [role=tab], input, textarea")
        found: list[str] = parts.evaluate_all(NAMELESS)  # at one instant: the screen is alive
        return found

    def astray(self) -> list[str]:
        """What lies beyond the window, or over something else."""
        found: list[str] = self.spoken.locator("flt-semantics").evaluate_all(ASTRAY)
        return found

    def type_by_keyboard(self, name: str, typed: str) -> None:
        self.tab_to(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(typed)
        expect(self.spoken.get_by_label(name)).to_have_value(typed, timeout=PATIENCE_MS)

    def stretch(self, height: int) -> None:
        """What is scrolled out of sight is not in the tree: make the window tall."""
        size = self.page.viewport_size
        assert size
        self.page.set_viewport_size({"width": size["width"], "height": height})


@contextmanager
def visiting(browser: Browser, url: str, size: tuple[int, int] = PHONE) -> Iterator[Visit]:
    """A window of its own at ``url``, whose browser knows nobody yet."""
    context = browser.new_context(locale="en-GB", color_scheme="light", reduced_motion="reduce")
    visit = Visit(context.new_page())
    visit.resize(size)
    own = urlsplit(url).netloc

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        is_own = address.scheme in {"data", "blob"} or address.netloc == own
        if not is_own and request.failure != "csp":
            visit.strangers.append(f"{request.url} ({request.failure or 'answered'})")

    # The policy stops a request before it leaves; only then does it fail as "csp".
    visit.page.on("requestfinished", note)
    visit.page.on("requestfailed", note)
    try:
        visit.page.goto(url)
        visit.listen()
        yield visit
    finally:
        context.close()
