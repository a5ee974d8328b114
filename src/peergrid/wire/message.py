"""What all messages have in common, and the one for failures."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

WORDS = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"  # on one line, not blank

# What our own dashboard says of the browser it speaks for, and shows to be believed.
CALLER = "X-PeerGrid-Caller"
DASHBOARD_KEY = "X-PeerGrid-Dashboard"


class Message(BaseModel):
    """Frozen, and strict about keys: a misspelt one is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def example(**values: Any) -> ConfigDict:
    """An example for the OpenAPI document; a test reads each one back."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Problem(BaseModel):
    """What went wrong and what to do about it (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Send a correction with revision 1."])
