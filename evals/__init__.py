"""The instrument: asks, scores, compares. No database, no web, no clock, no environment."""
