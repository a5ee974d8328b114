"""The messages that cross HTTP, shared by both ends.

Energies are whole Wh, money whole micros of a US dollar, instants UTC, days local (Harare).
"""

from peergrid.money import Unit
from peergrid.wire.indicators import AvoidedEmissions, MarketIndicators
from peergrid.wire.member import (
    Balance,
    Energy,
    EnergyDay,
    EnergyInterval,
    EnergyPart,
    EnergyPeriod,
    Market,
    MarketInterval,
    Statement,
    StatementLine,
    Wallet,
)
from peergrid.wire.message import Message, Problem
from peergrid.wire.operator import (
    BlockRow,
    MemberRow,
    MeterRow,
    Overview,
    SettlementRow,
    SettlementState,
    TariffRow,
)
from peergrid.wire.outages import Outage, OutageReport
from peergrid.wire.readings import MAX_READINGS, Batch, ReadingMessage, Receipt
from peergrid.wire.sign_in import Me, Refresh, Role, SchemeInfo, SignIn, Tokens

__all__ = [
    "MAX_READINGS",
    "AvoidedEmissions",
    "Balance",
    "Batch",
    "BlockRow",
    "Energy",
    "EnergyDay",
    "EnergyInterval",
    "EnergyPart",
    "EnergyPeriod",
    "Market",
    "MarketIndicators",
    "MarketInterval",
    "Me",
    "MemberRow",
    "Message",
    "MeterRow",
    "Outage",
    "OutageReport",
    "Overview",
    "Problem",
    "ReadingMessage",
    "Receipt",
    "Refresh",
    "Role",
    "SchemeInfo",
    "SettlementRow",
    "SettlementState",
    "SignIn",
    "Statement",
    "StatementLine",
    "TariffRow",
    "Tokens",
    "Unit",
    "Wallet",
]
