"""What a browser needs of Flet's compiled Flutter client, and no more."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from flet_web import get_package_web_dir

from peergrid.dashboard.site.icons import only
from peergrid.dashboard.site.named import icons_of_screens

ICONS = "assets/fonts/MaterialIcons-Regular.otf"
ROBOTO = "assets/fonts/roboto.woff2"
FONTS = "assets/FontManifest.json"
FONTS_USED = [  # the others draw formulas, and buttons that look like an iPhone's
    {"family": "MaterialIcons", "fonts": [{"asset": ICONS.removeprefix("assets/")}]},
    {"family": "Roboto", "fonts": [{"asset": ROBOTO.removeprefix("assets/")}]},
]
TAKEN_AS_IT_IS = (
    *("main.dart.js", "main.dart.mjs", "main.dart.wasm"),
    *("canvaskit/skwasm.js", "canvaskit/skwasm.wasm"),
    *("canvaskit/skwasm_heavy.js", "canvaskit/skwasm_heavy.wasm"),
    *("canvaskit/chromium/canvaskit.js", "canvaskit/chromium/canvaskit.wasm"),
    *("canvaskit/canvaskit.js", "canvaskit/canvaskit.wasm"),
    *("assets/AssetManifest.bin", "assets/AssetManifest.bin.json", "assets/NOTICES", ROBOTO),
    *("assets/shaders/ink_sparkle.frag", "assets/shaders/stretch_effect.frag"),
)
BUILDS = re.compile(r"^_flutter\.buildConfig = .*;$", re.MULTILINE)
MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def files_of_client() -> Iterator[tuple[str, bytes]]:
    """Each file's path and content."""
    folder = Path(get_package_web_dir())
    for path in TAKEN_AS_IT_IS:
        yield path, (folder / path).read_bytes()
    yield ICONS, only((folder / ICONS).read_bytes(), icons_of_screens())
    yield FONTS, json.dumps(FONTS_USED).encode()


def loader() -> str:
    """Flutter's script that loads the client, and what builds of it there are."""
    folder = Path(get_package_web_dir())
    (builds,) = BUILDS.findall((folder / "flutter_bootstrap.js").read_text())
    script = MAP.sub("", (folder / "flutter.js").read_text())
    return f"{script}{builds}\n"
