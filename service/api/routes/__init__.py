"""The resources, by noun."""
