"""The engine: a run plan in, sample records out. The only room that starts a model call."""
