"""What the forkserver does once for endpoints that are asked through the client ``anthropic``."""

import importlib

import anthropic.types

importlib.import_module("inspect_ai.model._providers.anthropic")

# The client puts the building of its types off until the first answer.
anthropic.types.Message.model_rebuild()
