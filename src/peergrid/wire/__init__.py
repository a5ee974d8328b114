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
    MemberRow,
    MeterRow,
    Overview,
    SettlementRow,
    SettlementState,
)
from peergrid.wire.readings import MAX_READINGS, Batch, ReadingMessage, Receipt
from peergrid.wire.replay import (
    MonthFigures,
    MyReplay,
    Replay,
    ReplayedMember,
    ReplayedScheme,
)
from peergrid.wire.sign_in import Me, Refresh, Role, SchemeInfo, SignIn, Tokens
from peergrid.wire.tariffs import (
    BlockRow,
    CreditRow,
    TariffDraft,
    TariffPreview,
    TariffRow,
    TariffTerms,
    TimeRow,
)
from peergrid.wire.terms import (
    Agreement,
    AgreementPart,
    AgreementParts,
    AgreementStart,
    AgreementState,
    ExchangeRate,
    LimitPrices,
)

__all__ = [
    "MAX_READINGS",
    "Agreement",
    "AgreementPart",
    "AgreementParts",
    "AgreementStart",
    "AgreementState",
    "AvoidedEmissions",
    "Balance",
    "Batch",
    "BlockRow",
    "CreditRow",
    "Energy",
    "EnergyDay",
    "EnergyInterval",
    "EnergyPart",
    "EnergyPeriod",
    "ExchangeRate",
    "LimitPrices",
    "Market",
    "MarketIndicators",
    "MarketInterval",
    "Me",
    "MemberRow",
    "Message",
    "MeterRow",
    "MonthFigures",
    "MyReplay",
    "Overview",
    "Problem",
    "ReadingMessage",
    "Receipt",
    "Refresh",
    "Replay",
    "ReplayedMember",
    "ReplayedScheme",
    "Role",
    "SchemeInfo",
    "SettlementRow",
    "SettlementState",
    "SignIn",
    "Statement",
    "StatementLine",
    "TariffDraft",
    "TariffPreview",
    "TariffRow",
    "TariffTerms",
    "TimeRow",
    "Tokens",
    "Unit",
    "Wallet",
]
