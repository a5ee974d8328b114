"""What can be taken along, and as what."""

from enum import StrEnum


class Ending(StrEnum):
    """The kinds of files that hold a table."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class OwnTable(StrEnum):
    """A member's own."""

    READINGS = "readings"
    SHARES = "shares"
    STATEMENT = "statement"
    PAYOUTS = "payouts"


class CommunityTable(StrEnum):
    """Those of an operator's community."""

    MEMBERS = "members"
    METERS = "meters"
    READINGS = "readings"
    SETTLEMENTS = "settlements"
    SHARES = "shares"
    TRANSFERS = "transfers"
    PAYOUTS = "payouts"
