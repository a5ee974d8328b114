"""Who asks: signing in, and who is signed in."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from peergrid.wire.message import Message, example

Email = Annotated[
    str, Field(min_length=3, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")
]


class Role(StrEnum):
    """What a member may do."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    OPERATOR = "operator"


class SignIn(Message):
    email: Email = Field(examples=["rudo@example.org"])
    password: str = Field(min_length=1, max_length=256, examples=["correct horse battery"])


class Refresh(Message):
    refresh_token: str = Field(min_length=1, max_length=256)


class Tokens(Message):
    """``access_token`` lives ``expires_in_s``; ``refresh_token`` is good for one use."""

    model_config = example(
        access_token="eyJ...", refresh_token="v2...", expires_in_s=600, role="producer"
    )

    access_token: str
    refresh_token: str
    expires_in_s: int
    role: Role


class SchemeInfo(Message):
    """How shared energy is priced; ``is_pilot``: no rule in force allows it yet."""

    model_config = example(
        name="net_metering",
        title="Net metering",
        sentence="For each kWh you send out, 0.8 kWh is taken off.",
        is_pilot=False,
    )

    name: str
    title: str
    sentence: str
    is_pilot: bool


class Me(Message):
    member_id: int
    name: str
    email: str
    role: Role
    community: str
    meters: list[str]
    scheme: SchemeInfo
