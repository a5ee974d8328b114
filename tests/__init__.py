"""What must stay true; the folders mirror src/peergrid."""

from hypothesis import settings

# A busy machine is slow now and then: that says nothing about the code.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
