"""A mobile number is stored in one way, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.errors import Invalid
from peergrid.payments.numbers import mobile_number


@pytest.mark.parametrize(
    "written",
    [
        "0771234567",
        "+263771234567",
        "263771234567",
        "00263771234567",
        "077 123-4567",
        "(077)1234567",
    ],
)
def test_one_number_written_in_many_ways_is_one(written: str) -> None:
    assert mobile_number(written) == "+263771234567"


@pytest.mark.parametrize(
    "written",
    [
        *("", "771234567", "0242123456", "07712345678", "077123456", "0761234567", "0730123456"),
        *("+27821234567", "=0771234567", "0771234567\n", "٠٧٧١٢٣٤٥٦٧", "077123456x"),
    ],
)
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="write it as 0771234567"):
        mobile_number(written)


@given(st.sampled_from(["71", "77", "78"]), st.integers(0, 9_999_999))
def test_what_is_normalised_stays_as_it_is(network: str, rest: int) -> None:
    number = mobile_number(f"0{network}{rest:07}")

    assert mobile_number(number) == number == f"+263{network}{rest:07}"
