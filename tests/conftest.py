"""Fixtures that every test tier shares."""
