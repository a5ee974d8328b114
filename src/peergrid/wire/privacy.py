"""Personal data: what was agreed to, and what is put right."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from peergrid.wire.message import WORDS, Message, example
from peergrid.wire.sign_in import Email


class ConsentPurpose(StrEnum):
    """``settlement``: metering, prices, books; ``research``: studies of many homes' half hours."""

    SETTLEMENT = "settlement"
    RESEARCH = "research"


class ConsentGiven(Message):
    """``version`` is that of the words that were shown."""

    version: str = Field(pattern=r"^[!-~]{1,40}$", examples=["2026-09"])


class ConsentRow(Message):
    """``withdrawn_at`` None: it stands."""

    model_config = example(
        purpose="research", version="2026-09", given_at="2026-09-01T10:00:00Z", withdrawn_at=None
    )

    purpose: ConsentPurpose
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


class NewName(Message):
    """What a member is called from now on."""

    name: str = Field(min_length=1, max_length=100, pattern=WORDS, examples=["Rudo"])


class Correction(NewName):
    """What is right about a member."""

    email: Email = Field(examples=["rudo@example.org"])
