"""Opening PeerGrid costs little, the second time next to nothing, and offline it says so."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from relay import Relay
from tests.browser.driving import PATIENCE_MS, visiting
from tests.conftest import Demo

pytestmark = pytest.mark.browser


def test_a_first_visit_takes_four_megabytes_and_a_second_next_to_nothing(
    browser: Browser, demo: Demo
) -> None:
    relay = Relay(urlsplit(demo.url).port or 0)
    with visiting(browser, f"http://127.0.0.1:{relay.port}") as visit:
        visit.sign_in(*demo.sign_ins["producer"])
        visit.sees("My energy")
        first, relay.counted = relay.counted, 0
        visit.page.goto("about:blank")
        visit.page.goto(f"http://127.0.0.1:{relay.port}")
        visit.listen()
        visit.sees("My energy")

        assert 3_000_000 < first <= 4_200_000
        assert 0 < relay.counted <= 60_000


def test_without_a_network_a_page_says_so_and_comes_back_by_itself(
    browser: Browser, demo: Demo
) -> None:
    with visiting(browser, demo.url) as visit:
        page = visit.page
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.context.set_offline(True)
        page.reload()
        expect(page.get_by_role("heading", name="No connection")).to_be_visible()
        expect(page.get_by_role("link", name="Try again")).to_be_visible()

        page.context.set_offline(False)
        visit.listen()
        expect(visit.spoken.get_by_label("Email")).to_be_visible(timeout=PATIENCE_MS)


def test_while_the_client_is_on_its_way_the_page_shows_its_own_picture(
    browser: Browser, demo: Demo
) -> None:
    page = browser.new_page()
    page.route("**/main.dart.*", lambda _: None)  # never comes
    page.goto(demo.url)

    expect(page.get_by_text("Opening PeerGrid…")).to_be_visible()
    assert page.evaluate("document.images[0].complete && document.images[0].naturalWidth > 0")
    page.close()
