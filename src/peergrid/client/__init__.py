"""The typed client of the API."""

from peergrid.client.client import Client

__all__ = ["Client"]
