"""What Paynow says is believed if its hash is right; what it does not say, nobody knows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Conflict, Invalid, Unavailable
from peergrid.payments.paynow import Paynow, hash_of, verified
from peergrid.payments.provider import Outcome
from peergrid.settings import PaynowSettings
from tests.payments.paynow_server import INTEGRATION_ID, KEY, PaynowServer, paynow_server

PUBLIC_URL = "https://peergrid.example"
# developers.paynow.co.zw, Generating Hash and Validating Hash: the examples there.
OUTBOUND = (
    *("1201", "TEST REF", "99.99", "A test ticket transaction"),
    *("http://www.google.com/search?q=returnurl", "http://www.google.com/search?q=resulturl"),
    "Message",
)
OUTBOUND_HASH = (
    "2A033FC38798D913D42ECB786B9B19645ADEDBDE788862032F1BD82CF3B92DEF"
    "84F316385D5B40DBB35F1A4FD7D5BFE73835174136463CDD48C9366B0749C689"
)
INBOUND = (
    "status=Ok&browserurl=https%3a%2f%2fstaging.paynow.co.zw%2fPayment%2fConfirmPayment%2f9510"
    "&pollurl=https%3a%2f%2fstaging.paynow.co.zw%2fInterface%2fCheckPayment%2f%3fguid%3d"
    "c7ed41da-0159-46da-b428-69549f770413&paynowreference=9510&hash="
    "750DD0B0DF374678707BB5AF915AF81C228B9058AD57BB7120569EC68BBB9C2E"
    "FC1B26C6375D2BC562AC909B3CD6B2AF1D42E1A5E479FFAC8F4FB3FDCE71DF4D"
)


@pytest.fixture
def there() -> Iterator[PaynowServer]:
    with paynow_server() as server:
        yield server


@pytest.fixture
def paynow(there: PaynowServer) -> Paynow:
    return Paynow(PaynowSettings(INTEGRATION_ID, KEY, there.url), PUBLIC_URL)


def test_the_documented_hashes_come_out() -> None:
    assert hash_of(OUTBOUND, KEY) == OUTBOUND_HASH
    assert verified(INBOUND, KEY)["paynowreference"] == "9510"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "status=Paid",
        INBOUND.replace("9510&hash", "9511&hash"),
        f"{INBOUND}&status=Paid",
        f"{INBOUND}&{'&'.join(f'x{n}=1' for n in range(60))}",
    ],
)
def test_a_message_that_was_changed_is_no_message_of_paynow(message: str) -> None:
    with pytest.raises(Invalid, match="no message of Paynow"):
        verified(message, KEY)


@given(st.text(max_size=200))
def test_whatever_is_sent_is_refused_with_a_sentence(message: str) -> None:
    with pytest.raises(Invalid, match="no message of Paynow"):
        verified(message, KEY)


def test_a_payment_is_begun_and_asked_about(there: PaynowServer, paynow: Paynow) -> None:
    begun = paynow.begin("TU1", 1_082_500_000)

    (form,) = there.begun
    assert (form["reference"], form["amount"]) == ("TU1", "1082.50")
    assert form["resulturl"] == f"{PUBLIC_URL}/api/v1/top-ups/update"
    assert begun.page_url == f"{there.url}/Payment/ConfirmPayment/0"
    assert paynow.status(begun, "TU1", 1_082_500_000) is Outcome.PENDING
    there.amount = "1,082.50"
    for status, outcome in (
        ("Sent", Outcome.PENDING),
        ("Cancelled", Outcome.FAILED),
        ("Paid", Outcome.PAID),
        ("Awaiting Delivery", Outcome.PAID),
    ):
        there.statuses[0] = status
        assert paynow.status(begun, "TU1", 1_082_500_000) is outcome


def test_what_cannot_be_is_for_a_person_to_look_at(there: PaynowServer, paynow: Paynow) -> None:
    begun = paynow.begin("TU1", 5_000_000)
    for wrong in ("5.01", "much"):
        there.amount = wrong
        with pytest.raises(Conflict, match="another payment than top-up TU1"):
            paynow.status(begun, "TU1", 5_000_000)
    there.amount = None
    with pytest.raises(Conflict, match="another payment than top-up TU2"):
        paynow.status(begun, "TU2", 5_000_000)
    there.statuses[0] = "Disputed"
    with pytest.raises(Conflict, match="top-up TU1 that it is Disputed"):
        paynow.status(begun, "TU1", 5_000_000)


def test_nobody_is_believed_who_does_not_know_the_key(there: PaynowServer, paynow: Paynow) -> None:
    begun = paynow.begin("TU1", 5_000_000)
    there.key = "somebody else's"
    there.statuses[0] = "Paid"

    with pytest.raises(Unavailable, match="own language"):
        paynow.status(begun, "TU1", 5_000_000)
    with pytest.raises(Unavailable, match="own language"):
        paynow.begin("TU2", 5_000_000)


def test_no_answer_is_told_apart_from_a_refusal(there: PaynowServer, paynow: Paynow) -> None:
    wrong = Paynow(PaynowSettings(INTEGRATION_ID, "another key", there.url), PUBLIC_URL)
    with pytest.raises(Conflict, match=r"will not collect it: Invalid Hash"):
        wrong.begin("TU1", 5_000_000)
    begun = paynow.begin("TU1", 5_000_000)
    there.is_away = True
    with pytest.raises(Unavailable, match="does not answer"):
        paynow.status(begun, "TU1", 5_000_000)
    with pytest.raises(Unavailable, match="own language"):
        paynow.status(replace(begun, poll_url="https://elsewhere.example/"), "TU1", 5_000_000)


def test_members_are_sent_to_no_other_place(there: PaynowServer, paynow: Paynow) -> None:
    there.elsewhere = "https://paynow.example"

    with pytest.raises(Unavailable, match="own language"):
        paynow.begin("TU1", 5_000_000)
