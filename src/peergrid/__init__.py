"""PeerGrid: neighbours share solar energy; every watt-hour ends in books that add up."""

__version__ = "0.1.0"
