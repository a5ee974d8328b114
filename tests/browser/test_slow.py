"""Who comes by a slow network gets into every room, too."""

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import ROOMS, visiting
from tests.conftest import Demo

pytestmark = pytest.mark.browser


def test_a_producer_on_3g_gets_into_every_room(browser: Browser, demo: Demo) -> None:
    with visiting(browser, demo.url) as visit:
        visit.come_by_3g()
        visit.sign_in(*demo.sign_ins["producer"])
        for room, title in ROOMS["producer"].items():
            visit.enter(room, title)
            assert visit.nameless_buttons() == []
