"""What pays a mobile wallet: a protocol, so that one provider can stand in for another.

What is published for Zimbabwe collects: Paynow's Python SDK 1.0.8 has no call that pays out, and
EcoCash's gateway (Pay-Online API, version 5, February 2022) charges, refunds and queries. So no
provider outside is named here yet.
"""

from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a provider says became of a payment; paid and failed never change again."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = "unknown"  # it never heard of that key


class Provider(Protocol):
    """Pays whole cents to a mobile wallet, once a key.

    Both methods raise Unavailable if no answer came: then nobody knows whether it has paid.
    """

    def pay(self, key: str, number: str, amount_micros: int) -> Outcome:
        """Pay ``amount_micros`` to ``number``; asked again with the same key, it pays no more.

        Raises Conflict for a key that stands for another number or amount.
        """

    def status(self, key: str) -> Outcome:
        """What became of the payment of that key."""
