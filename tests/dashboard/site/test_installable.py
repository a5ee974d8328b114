"""A phone can put PeerGrid among its apps, with a picture of its own."""

import json
from pathlib import Path

from PIL import Image

from peergrid.dashboard import theme
from peergrid.dashboard.site.build import OWN, Site

SITE = Site(OWN, "/site/of-a-test/")


def test_the_manifest_names_the_pictures_that_are_there_at_the_sizes_they_have() -> None:
    manifest = json.loads(SITE.page("manifest.webmanifest"))
    pictures = [it for it in manifest["icons"] if it["type"] == "image/png"]

    for picture in pictures:
        with Image.open(OWN / Path(picture["src"]).name) as drawn:
            assert f"{drawn.width}x{drawn.height}" == picture["sizes"]
    assert {(it["sizes"], it.get("purpose", "any")) for it in pictures} == {
        *(("192x192", "any"), ("512x512", "any")),
        *(("192x192", "maskable"), ("512x512", "maskable")),
    }


def test_what_a_device_may_cut_off_is_filled() -> None:
    for name in ("maskable-192.png", "maskable-512.png", "apple-touch-icon.png"):
        with Image.open(OWN / name) as drawn:
            assert not drawn.has_transparency_data


def test_it_opens_in_the_colours_of_the_dashboards() -> None:
    light, dark = (one.color_scheme for one in (theme.light_theme(), theme.dark_theme()))
    page, manifest = SITE.page("index.html"), json.loads(SITE.page("manifest.webmanifest"))

    assert light
    assert dark
    assert manifest["background_color"] == manifest["theme_color"] == light.surface
    assert f'content="{dark.surface}"' in page
    assert '<html lang="en">' in page
