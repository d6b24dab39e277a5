"""What the forkserver does once for endpoints that are asked through the client ``openai``."""

import importlib

import openai.types.chat

for _name in (
    "inspect_ai.model._providers.openai",
    "inspect_ai.model._providers.openai_compatible",
):
    importlib.import_module(_name)

# The client puts the building of its types off until the first answer.
openai.types.chat.ChatCompletion.model_rebuild()
