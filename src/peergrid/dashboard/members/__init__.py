"""The operator's members and meters: looked for page by page, and one member's whole story."""

from peergrid.dashboard.members.screen import MembersScreen

__all__ = ["MembersScreen"]
