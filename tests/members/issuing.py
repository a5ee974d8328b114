"""An OpenID provider small enough to lie on purpose, over real HTTP."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

CLIENT_ID = "peergrid"
CODE = "the one code"


@dataclass
class FakeIssuer:
    """``says`` changes what it claims, ``signs_with`` and ``algorithm`` how it signs."""

    address: str = ""
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    signs_with: Any = None
    algorithm: str = "ES256"
    says: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)

    def visit(self, url: str) -> dict[str, str]:
        """What a browser comes back with, once its member has signed in here."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        return {"code": CODE, "state": self.asked["state"]}

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def keys(self) -> dict[str, Any]:
        shown = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [shown | {"kid": "1", "use": "sig", "alg": "ES256"}]}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """None unless the code and the verifier are those it knows (RFC 7636, 4.6)."""
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        shown = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if form["code"] != CODE or shown != self.asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.address,
            "sub": "7",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked["nonce"],
            "email": "chipo@street.example",
            "email_verified": True,
        }
        said = {name: value for name, value in (claims | self.says).items() if value is not None}
        signed = jwt.encode(said, self.signs_with or self.key, self.algorithm, {"kid": "1"})
        return {"id_token": signed, "token_type": "Bearer"}


@contextmanager
def issuing() -> Iterator[FakeIssuer]:
    """A provider on a port of its own, until the block ends."""
    fake = FakeIssuer()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say(fake.keys() if self.path == "/keys" else fake.described())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(fake.token({name: values[0] for name, values in parse_qs(body).items()}))

        def say(self, answer: dict[str, Any] | None) -> None:
            self.send_response(200 if answer else 400)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    fake.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()
