"""Signing in at somebody else's door: OpenID Connect, authorization code with PKCE (RFC 7636).

The issuer says whose verified e-mail address it is; who that is, and what they may do, is known
here alone. Nobody is ever made a member by an issuer.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit
from urllib.request import Request, urlopen

import jwt

from peergrid.database.pool import Connection
from peergrid.errors import Refused, Unavailable, Unknown
from peergrid.members.membership import PRIVILEGED, Member, member_with_email
from peergrid.members.sealing import Seal
from peergrid.settings import HERE, IssuerSettings

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signed with a key that only the issuer has
FLOW_LIFE_S = 600
TIMEOUT_S = 10.0
MOST_BYTES = 1_000_000
LEEWAY_S = 30  # between two clocks
USE = "sign-in at an issuer"
OVER = "The sign-in at the issuer did not come back as it left: begin anew."
NOT_KNOWN = "No operator or auditor has the address that the issuer vouches for."


@dataclass(frozen=True)
class Departure:
    """Where the browser goes, and what it brings back unopened."""

    url: str
    flow: str


class Issuer:
    """An OpenID provider, found by its discovery document (OpenID Connect Discovery 1.0)."""

    def __init__(self, settings: IssuerSettings, public_url: str, seal: Seal) -> None:
        self._settings = settings
        self._redirect = f"{public_url}/"
        self._seal = seal

    def start(self) -> Departure:
        """Begin a sign-in. Raises Unavailable if the issuer does not answer."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "scope": "openid email",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        sealed = self._seal.close(json.dumps([state, nonce, verifier]))
        return Departure(
            f"{self._place('authorization_endpoint')}?{urlencode(query)}", sealed.decode()
        )

    def finish(self, flow: str, code: str, state: str) -> str:
        """The verified e-mail address of whoever came back.

        Raises Unknown if the way back does not fit the way there, or the issuer does not vouch;
        Unavailable if it does not answer.
        """
        opened = self._seal.open(flow.encode(), FLOW_LIFE_S)
        if opened is None:
            raise Unknown(OVER)
        left_with, nonce, verifier = json.loads(opened)
        if not hmac.compare_digest(left_with.encode(), state.encode()):
            raise Unknown(OVER)
        claims = self._claims(self._traded(code, verifier))
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise Unknown(OVER)
        email = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(email, str):
            raise Unknown("The issuer does not vouch for an e-mail address.")
        return email

    def _traded(self, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "client_id": self._settings.client_id,
            "code_verifier": verifier,
        }
        headers = {}
        if self._settings.secret:
            pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(self._settings.secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = _asked(self._place("token_endpoint"), urlencode(form).encode(), headers)
        return str(answer.get("id_token", ""))

    def _claims(self, id_token: str) -> dict[str, Any]:
        """OpenID Connect Core 1.0, 3.1.3.7."""
        try:
            key = self._keys.get_signing_key_from_jwt(id_token)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                leeway=LEEWAY_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except jwt.PyJWKClientConnectionError:
            raise Unavailable("The issuer does not show its keys; try again.") from None
        except (jwt.InvalidTokenError, jwt.PyJWKClientError):
            raise Unknown("What the issuer said cannot be believed: begin anew.") from None
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            raise Unknown("What the issuer said is meant for somebody else.")
        return claims

    @cached_property
    def _described(self) -> dict[str, Any]:
        described = _asked(f"{self._settings.issuer}/.well-known/openid-configuration")
        if described.get("issuer") != self._settings.issuer:
            raise Unavailable("PEERGRID_OIDC_ISSUER leads to another issuer than it names.")
        return described

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        return jwt.PyJWKClient(self._place("jwks_uri"), timeout=TIMEOUT_S)

    def _place(self, name: str) -> str:
        return _safe(str(self._described.get(name, "")))


def known_overseer(connection: Connection, email: str) -> Member:
    """The operator or auditor with that address. Raises Unknown if there is none."""
    member = member_with_email(connection, email)
    if member is None or member.role not in PRIVILEGED:
        raise Unknown(NOT_KNOWN)
    if not member.may_sign_in:
        raise Refused(f"Your membership is {member.standing}: ask another operator.")
    return member


def _safe(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE):
        return url
    raise Unavailable("The issuer names a place that is not safe: it must be https.")


def _asked(
    url: str, form: bytes | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """A JSON object from the issuer. Raises Unavailable without one; Unknown if it says no."""
    request = Request(_safe(url), form, {"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - _safe looked
            said = json.loads(answer.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        if getattr(error, "code", None) in {400, 401}:
            raise Unknown("The issuer does not know this sign-in: begin anew.") from None
        raise Unavailable("The issuer does not answer; try again.") from None
    if not isinstance(said, dict):
        raise Unavailable("The issuer does not answer in its own language.")
    return dict(said)
