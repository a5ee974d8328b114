"""What a scheme changes on the screens."""

from peergrid import wire

CREDIT_SCHEME = "net_metering"


def pays_in_credit(scheme: wire.SchemeInfo) -> bool:
    """Whether what is sent out earns energy credit from the grid, and no money from anybody."""
    return scheme.name == CREDIT_SCHEME
