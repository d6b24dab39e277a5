"""The engine: a run plan in, a stream of sample records out. The only room that starts a model call."""
