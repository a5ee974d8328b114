"""Runs of scenarios: operators ask for them, a worker lives them outside of any request."""
