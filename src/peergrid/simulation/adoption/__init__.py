"""Consumers become producers: what panels would save them, what they cost, and who buys some."""
