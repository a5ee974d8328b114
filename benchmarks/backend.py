"""The backend without dashboards, as `peergrid serve` runs it: database URL, port, folder."""

import gc
import sys
from pathlib import Path

import uvicorn

from peergrid.api.app import create_app
from peergrid.settings import Settings

url, port, folder = sys.argv[1:]
secret = "only-for-a-benchmark-and-long-enough"  # noqa: S105
settings = Settings(Path(folder), url, secret, simulated_time=True, second_factor=False)
app = create_app(settings, url)
gc.freeze()
uvicorn.run(app, port=int(port), log_level="warning", timeout_keep_alive=600)
