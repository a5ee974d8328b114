"""The same screens as Flet serves them by itself: API URL, port."""

import sys

import flet_web.fastapi
import uvicorn

from peergrid.dashboard.main import page_of

api_url, port = sys.argv[1:]
app = flet_web.fastapi.app(page_of(api_url, "", 5.0), no_cdn=True)
uvicorn.run(app, port=int(port), log_level="warning")
