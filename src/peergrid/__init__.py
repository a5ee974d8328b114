"""PeerGrid: neighbours share solar energy; every watt-hour ends in books that add up."""
