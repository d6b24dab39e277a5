"""Which variables that `evals.yaml` names are not set here, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evals.config import Config
    from service.settings import Settings


def unset_line(config: Config, settings: Settings) -> str | None:
    """Name the variables that are not set here and who needs each; None where all are set."""
    from evals.named_variables import named_variables

    told = [
        f"{variable} ({', '.join(users)})"
        for variable, users in named_variables(config).items()
        if settings.secret(variable) is None
    ]
    return f"Not set here: {', '.join(told)}." if told else None
