"""What the forkserver does once, so that every run of a process after the first starts at once.

Only the forkserver imports this module: it loads all of Inspect.
"""

import importlib

from inspect_ai.model import get_model_info

for _name in (
    "inspect_ai.agent._acp.server",  # loaded by every evaluation, though never started
    "numpy",  # for Inspect's mean
    "evals._registry",
    "evals.engine.judging",
    "evals.engine.spare",
    "evals.engine.stream",
):
    importlib.import_module(_name)

# Parses Inspect's tables of models, which it keeps for the life of the process.
get_model_info("openai/gpt-4o")
