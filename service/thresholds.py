"""What a stored run is judged by when it is shown again.

A run outlives its line in ``evals.yaml``: then what the store knows of it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evals.alias import pinned_name_advice
from evals.policy import Policy
from evals.suite import Suite
from service.store import documents, verdicts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evals.budgets import Budgets
    from evals.config import Config
    from evals.records import RunRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """All that a judgement needs beside what the store holds.

    Attributes:
        alias_allowed: Another served model is no broken pin.
        advertised_tokens: The context that the endpoint's provider promises; None if nobody says.
        budgets: Those of the month, which are looked at with each verdict.
    """

    policy: Policy
    alias_allowed: bool
    advertised_tokens: int | None
    budgets: Budgets


def terms_of(session: Session, config: Config, run: RunRecord) -> Terms:
    """Return what a stored run is judged by, whatever became of its endpoint and its suite."""
    return Terms(
        policy=policy_of(session, config, run),
        alias_allowed=alias_allowed(session, config, run),
        advertised_tokens=advertised_tokens(config, run),
        budgets=config.budgets,
    )


def policy_of(session: Session, config: Config, run: RunRecord) -> Policy:
    """Return the policy of the run's suite: as configured today, else as of its last verdict."""
    suite = Suite.model_validate(
        documents.load_suite(session, name=run.suite, digest=run.suite_digest)
    )
    if suite.policy == "default" or suite.policy in config.policies:
        return config.policy(suite.policy)
    judged = verdicts.latest(session, run.id)
    stored = documents.load_policy(session, judged.verdict.policy_digest) if judged else None
    return Policy.model_validate(stored or {})


def alias_allowed(session: Session, config: Config, run: RunRecord) -> bool:
    """Whether the run's endpoint may be served by another model.

    Of an endpoint that is configured no more, only its name tells: no floating alias is ever asked
    without leave.
    """
    if run.endpoint in config.endpoints:
        return config.endpoints[run.endpoint].allow_alias
    pin = documents.load_pin(session, endpoint=run.endpoint, digest=run.pin_digest) or {}
    return pinned_name_advice(str(pin.get("model", "")), pin.get("base_url")) is not None


def advertised_tokens(config: Config, run: RunRecord) -> int | None:
    """Return the context that the endpoint's provider promises today; None where nobody says."""
    endpoint = config.endpoints.get(run.endpoint)
    return endpoint.advertised_context_tokens if endpoint else None
