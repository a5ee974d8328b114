"""Paynow, which collects by mobile money and cards in Zimbabwe: its public HTTP interface.

It only collects; nothing here pays out. Its Python SDK (paynow 1.0.8 of October 2024, by
``requests``, amounts as floats, hashes of status updates not verified) is not used.
Source: developers.paynow.co.zw, API Reference: Initiate a Transaction, Status Update, Polling for
a Status Update, Generating Hash, Validating Hash.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import httpx

from peergrid.errors import Conflict, Invalid, Unavailable
from peergrid.money import MICROS, to_cents
from peergrid.payments.collecting import Begun
from peergrid.payments.provider import Outcome
from peergrid.settings import PaynowSettings

TIMEOUT_S = 20.0
MOST_FIELDS = 50
OUTCOMES = {  # of the statuses it documents; the others leave it open
    "paid": Outcome.PAID,
    "awaiting delivery": Outcome.PAID,
    "delivered": Outcome.PAID,
    "cancelled": Outcome.FAILED,
    "failed": Outcome.FAILED,
    "created": Outcome.PENDING,
    "sent": Outcome.PENDING,
}
UNCLEAR = "Paynow does not answer in its own language."


def hash_of(values: Iterable[str], key: str) -> str:
    """The hash of a message's values, in their order, without the hash itself."""
    return hashlib.sha512(("".join(values) + key).encode()).hexdigest().upper()


def verified(message: str, key: str) -> dict[str, str]:
    """The fields of a message from Paynow, by their names in lower case.

    Raises Invalid for one that is no form, or whose hash was not made with ``key``.
    """
    try:
        pairs = parse_qsl(message, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid("That is no message of Paynow: it has too many fields.") from None
    fields = {name.lower(): value for name, value in pairs}
    ours = hash_of((value for name, value in pairs if name.lower() != "hash"), key)
    if len(fields) != len(pairs) or not _same(ours, fields.get("hash", "")):
        raise Invalid("That is no message of Paynow: its hash is not right.")
    return fields


class Paynow:
    """One integration; ``public_url`` is where members and Paynow find PeerGrid."""

    def __init__(self, settings: PaynowSettings, public_url: str) -> None:
        self._settings, self._public_url = settings, public_url

    def begin(self, reference: str, amount_micros: int) -> Begun:
        """As ``Collecting.begin``."""
        cents = to_cents(amount_micros)
        fields = {
            "id": self._settings.integration_id,
            "reference": reference,
            "amount": f"{cents // 100}.{cents % 100:02}",
            "returnurl": self._public_url,
            "resulturl": f"{self._public_url}/api/v1/top-ups/update",
            "status": "Message",
        }
        fields["hash"] = hash_of(fields.values(), self._settings.integration_key)
        answer = self._asked(f"{self._settings.url}/interface/initiatetransaction", fields)
        said = dict(parse_qsl(answer))
        status = {name.lower(): value for name, value in said.items()}
        if status.get("status", "").lower() == "error":  # carries no hash
            raise Conflict(f"Paynow will not collect it: {status.get('error', 'no reason')[:200]}.")
        found = self._trusted(answer)
        if found.get("status", "").lower() != "ok":
            raise Unavailable(UNCLEAR)
        return Begun(self._own(found.get("browserurl")), self._own(found.get("pollurl")))

    def status(self, begun: Begun, reference: str, amount_micros: int) -> Outcome:
        """As ``Collecting.status``; refunded and disputed payments are for a person to look at."""
        found = self._trusted(self._asked(self._own(begun.poll_url), {}))
        same = found.get("reference") == reference
        if not same or _micros(found.get("amount", "")) != amount_micros:
            raise Conflict(f"Paynow speaks of another payment than top-up {reference}.")
        status = found.get("status", "")
        outcome = OUTCOMES.get(status.lower())
        if outcome is None:
            raise Conflict(f"Paynow says of top-up {reference} that it is {status[:40]}.")
        return outcome

    def _asked(self, url: str, fields: Mapping[str, str]) -> str:
        try:
            answer = httpx.post(url, data=dict(fields), timeout=TIMEOUT_S)
        except httpx.HTTPError:
            raise Unavailable("Paynow does not answer; try again.") from None
        if answer.status_code != HTTPStatus.OK:
            raise Unavailable("Paynow does not answer; try again.")
        return answer.text

    def _trusted(self, answer: str) -> dict[str, str]:
        try:
            return verified(answer.strip(), self._settings.integration_key)
        except Invalid:
            raise Unavailable(UNCLEAR) from None

    def _own(self, url: str | None) -> str:
        """A URL of the host that was set, and of no other. Raises Unavailable."""
        if not url or urlsplit(url)[:2] != urlsplit(self._settings.url)[:2]:
            raise Unavailable(UNCLEAR)
        return url


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.upper().encode())


def _micros(amount: str) -> Decimal | None:
    """Dollars as Paynow writes them, thousands apart by commas; exact."""
    try:
        return Decimal(amount.replace(",", "")) * MICROS
    except InvalidOperation:
        return None
