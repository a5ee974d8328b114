"""A mobile number, as Zimbabweans write it, in the one way it is stored."""

import re

from peergrid.errors import Invalid

# ITU country code 263; the nine digits of a mobile number as Google's libphonenumber has them
# (metadata of ZW, national prefix 0): 7(?:[178]\d|3[1-9])\d{6}. It tells a number that can exist
# from one that cannot; whether somebody has it, only the provider can tell.
MOBILE = re.compile(r"(?:\+263|00263|263|0)(7(?:[178][0-9]|3[1-9])[0-9]{6})")
SEPARATORS = str.maketrans("", "", " -()")


def mobile_number(written: str) -> str:
    """The number in international form. Raises Invalid if it is no Zimbabwean mobile number.

    >>> mobile_number("077 123 4567"), mobile_number("+263-71-234-5678")
    ('+263771234567', '+263712345678')
    """
    found = MOBILE.fullmatch(written.translate(SEPARATORS))
    if not found:
        raise Invalid("That is no Zimbabwean mobile number: write it as 0771234567.")
    return f"+263{found[1]}"
