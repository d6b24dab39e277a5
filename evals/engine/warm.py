"""What the forkserver does once, so that every run of a process after the first starts at once.

Only the forkserver imports this module: it loads all of Inspect.
"""

import importlib

import anthropic.types
import openai.types.chat
from inspect_ai.model import get_model_info

for _name in (
    "inspect_ai.agent._acp.server",  # loaded by every evaluation, though never started
    "inspect_ai.model._providers.anthropic",
    "inspect_ai.model._providers.openai",
    "inspect_ai.model._providers.openai_compatible",
    "numpy",  # for Inspect's mean
    "evals._registry",
    "evals.engine.judging",
    "evals.engine.stream",
):
    importlib.import_module(_name)

# Parses Inspect's tables of models, which it keeps for the life of the process.
get_model_info("openai/gpt-4o")
# Both clients put the building of their types off until the first answer.
openai.types.chat.ChatCompletion.model_rebuild()
anthropic.types.Message.model_rebuild()
