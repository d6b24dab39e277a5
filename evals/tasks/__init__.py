"""Inspect tasks: how the items of a golden set are asked."""
