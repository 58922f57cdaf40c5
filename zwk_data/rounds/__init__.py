"""The management round: what was shown is kept as it was shown."""
