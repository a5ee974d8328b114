"""A small server that speaks Paynow's documented language over real HTTP, well and badly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

from peergrid.payments.paynow import hash_of

INTEGRATION_ID = "1201"
KEY = "3e9fed89-60e1-4ce5-ab6e-6b1eb2d4f977"  # of the examples in Paynow's documentation


@dataclass
class PaynowServer:
    """What it was asked to collect, in order, and how it is to answer.

    ``statuses`` says of each payment's place what became of it: "Created" until it is set.
    """

    url: str = ""
    begun: list[dict[str, str]] = field(default_factory=list)
    statuses: dict[int, str] = field(default_factory=dict)
    amount: str | None = None  # what it says was paid, instead of what was asked for
    key: str = KEY  # what it makes its hashes with
    is_away: bool = False
    elsewhere: str | None = None  # where it says that payments are made

    def signed(self, fields: dict[str, str]) -> str:
        return urlencode(fields | {"hash": hash_of(fields.values(), self.key)})

    def begin(self, form: dict[str, str]) -> str:
        values = [value for name, value in form.items() if name != "hash"]
        ours = hash_of(values, KEY)
        if form["id"] != INTEGRATION_ID or form["hash"] != ours:
            wrong = f"Invalid Hash.  Hash should start with: {ours[:6]}"
            return urlencode({"status": "Error", "error": wrong})
        self.begun.append(form)
        place, host = len(self.begun) - 1, self.elsewhere or self.url
        return self.signed(
            {
                "status": "Ok",
                "browserurl": f"{host}/Payment/ConfirmPayment/{place}",
                "pollurl": f"{host}/Interface/CheckPayment/?guid={place}",
            }
        )

    def told(self, place: int) -> str:
        """What it answers to a poll, and what it posts when a payment changes."""
        form = self.begun[place]
        return self.signed(
            {
                "reference": form["reference"],
                "paynowreference": str(9_510 + place),
                "amount": self.amount or form["amount"],
                "status": self.statuses.get(place, "Created"),
                "pollurl": f"{self.url}/Interface/CheckPayment/?guid={place}",
            }
        )


@contextmanager
def paynow_server() -> Iterator[PaynowServer]:
    """One that runs, on a port of its own."""
    state = PaynowServer()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            text = ""
            if self.path == "/interface/initiatetransaction":
                text = state.begin(dict(parse_qsl(body)))
            elif "guid=" in self.path:
                text = state.told(int(self.path.partition("guid=")[2]))
            self.send_response(503 if state.is_away or not text else 200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
