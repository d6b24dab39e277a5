"""Tasks that measure a behaviour: a generator, prompts of our own, series and figures a room."""
