"""Who saw or changed what."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from peergrid.wire.message import Message, example


class TrailEntry(Message):
    """``actor`` is a name, or a role of nobody in particular; ``came_from`` a kind of address."""

    model_config = example(
        number=12,
        at="2026-09-01T10:00:00Z",
        actor_id=3,
        actor="Chipo Dube",
        role="operator",
        verb="look at",
        object="statement",
        subject_id=1,
        of_everybody=False,
        ids={"member_id": 1},
        request_id="0b2f3f0e-6f1c-4a53-9d6b-0d6f2a5f3c11",
        came_from="own network",
    )

    number: int
    at: datetime
    actor_id: int | None
    actor: str
    role: str
    verb: str
    object: str
    subject_id: int | None = Field(description="The member whose personal data it is.")
    of_everybody: bool
    ids: dict[str, int | str | bool | list[int]]
    request_id: UUID | None
    came_from: str
