"""The lab in a real browser, with no other host to ask."""

from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, expect

from peergrid.cli.serve import running
from peergrid.simulation.lab.site import site_of
from tests.browser.driving import DESK, PATIENCE_MS
from tests.conftest import free_port
from tests.simulation.streets import street

pytestmark = pytest.mark.browser


def test_step_draws_the_first_half_hour_and_the_page_asks_no_other_host(browser: Browser) -> None:
    port, hosts = free_port(), set()
    config = uvicorn.Config(
        site_of(street()), "127.0.0.1", port, log_level="warning", ws="websockets-sansio"
    )
    with running(uvicorn.Server(config)):
        page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(f"http://localhost:{port}/")  # by a number, Solara warns of its cookies
        expect(page.get_by_text("Nothing has happened yet")).to_be_visible(timeout=PATIENCE_MS)
        page.get_by_role("button", name="Step").click()
        told = page.get_by_text("Tuesday 1 September 2026, 00:30. Since midnight")
        expect(told).to_be_visible(timeout=PATIENCE_MS)
        page.close()
    assert hosts - {""} == {f"localhost:{port}"}
