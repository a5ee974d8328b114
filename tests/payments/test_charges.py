"""What a payout costs is told to the cent, and never more is taken than was asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Conflict, Invalid
from peergrid.payments.charges import CENT, MobileMoney, quote
from tests.payments.paying import TODAY, USD

SERVICES = st.sampled_from(MobileMoney)
AMOUNTS = st.one_of(st.integers(USD, 500 * USD), st.integers(5 * USD - 9, 5 * USD + 30 * CENT))


@pytest.mark.parametrize(
    ("service", "asked", "received", "fee", "tax"),
    [
        ("ecocash", 1000, 968, 13, 19),  # 1.3 % and 2 % of 9.68
        ("ecocash", 507, 500, 7, 0),  # exactly US$5 is not above US$5
        ("ecocash", 517, 500, 7, 0),  # one cent more would cost ten cents of tax
        ("ecocash", 518, 501, 7, 10),
        ("innbucks", 505, 500, 5, 0),  # 1 % up to US$5
        ("innbucks", 1030, 1000, 10, 20),  # 3 % above, of which 2 are tax
        ("ecocash", 100, 99, 1, 0),
    ],
)
def test_charges_of_a_few_sums_in_cents(
    service: str, asked: int, received: int, fee: int, tax: int
) -> None:
    quoted = quote(MobileMoney(service), asked * CENT, TODAY)

    sums = (quoted.received_micros, quoted.fee_micros, quoted.tax_micros)
    assert sums == (received * CENT, fee * CENT, tax * CENT)


@given(SERVICES, AMOUNTS)
def test_never_more_is_taken_than_was_asked_for_and_hardly_less(
    service: MobileMoney, amount_micros: int
) -> None:
    quoted = quote(service, amount_micros, TODAY)

    left = amount_micros - quoted.taken_micros
    at_the_tax = quoted.received_micros == 5 * USD
    assert 0 <= left < (14 * CENT if at_the_tax else 3 * CENT)
    assert quoted.received_micros % CENT == 0 < quoted.received_micros


@given(SERVICES, AMOUNTS, AMOUNTS)
def test_who_asks_for_more_never_receives_less(service: MobileMoney, one: int, other: int) -> None:
    less, more = sorted((one, other))

    assert (
        quote(service, less, TODAY).received_micros <= quote(service, more, TODAY).received_micros
    )


@pytest.mark.parametrize("amount_micros", [0, USD - 1, 500 * USD + 1])
def test_an_amount_outside_the_limits_is_refused(amount_micros: int) -> None:
    with pytest.raises(Invalid, match=r"at least US\$1\.00 and at most US\$500\.00"):
        quote(MobileMoney.ECOCASH, amount_micros, TODAY)


def test_before_the_first_known_charges_nothing_is_quoted() -> None:
    with pytest.raises(Conflict, match="2022-12-31 is not known"):
        quote(MobileMoney.ECOCASH, 10 * USD, date(2022, 12, 31))
