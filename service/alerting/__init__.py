"""The state machine of alerts: facts in, transitions out. No database, no clock, no channel."""
