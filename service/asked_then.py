"""How a stored run was asked, so that it can be asked so again: its subject, from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evals.alias import pinned_name_advice
from evals.bridge import Chosen, what_we_changed
from evals.endpoint import Endpoint, Limits, Parameters
from evals.suite import Suite
from service.pipeline import golden_set_as_asked
from service.store import documents
from service.subject import refuse_what_cannot_be_graded

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from evals.config import Config
    from evals.records import RunRecord
    from service.subject import Subject


def asked_then(session: Session, config: Config, run: RunRecord, today: Subject) -> Subject:
    """Return the subject of a stored run; only the policy is that of ``today``.

    Pins, suite and golden sets come from the store. A pin holds no key: the name of its variable,
    like price and limits, comes from the endpoint of ``config`` that speaks to the same place. The
    clients are today's, for older ones are not installed.

    Raises:
        GoldenSetError: The store does not hold a golden set as the run asked it.
        ScorerError: An item needs a sandbox that is not there any more.
    """
    suite = Suite.model_validate(
        documents.load_suite(session, name=run.suite, digest=run.suite_digest)
    )
    judge = None
    if suite.judge is not None and run.judge_pin_digest is not None:
        judge = _endpoint(config, suite.judge, _pin(session, suite.judge, run.judge_pin_digest))
    then = replace(
        today,
        endpoint=_endpoint(config, run.endpoint, _pin(session, run.endpoint, run.pin_digest)),
        suite=suite,
        golden_sets=tuple(golden_set_as_asked(session, run, task) for task in run.tasks),
        judge=judge,
    )
    refuse_what_cannot_be_graded(then)
    return then


def chosen_then(session: Session, run: RunRecord, then: Subject) -> Chosen:
    """Return all that was chosen for a stored run, the clients of that day included."""
    judge = then.suite.judge
    return Chosen(
        pin=_pin(session, run.endpoint, run.pin_digest),
        judge_pin=None
        if judge is None or run.judge_pin_digest is None
        else _pin(session, judge, run.judge_pin_digest),
        golden_sets=then.golden_sets,
    )


def chosen_today(subject: Subject) -> Chosen:
    """Return all that is chosen for a run that begins now."""
    return Chosen(
        pin=subject.pin.document(),
        judge_pin=None if subject.judge_pin is None else subject.judge_pin.document(),
        golden_sets=subject.golden_sets,
    )


def asks_alike(one: Subject, other: Subject) -> bool:
    """Whether both ask the same today, and grade it alike."""
    return not what_we_changed(chosen_today(one), chosen_today(other))


def _pin(session: Session, endpoint: str, digest: str) -> dict[str, Any]:
    return documents.load_pin(session, endpoint=endpoint, digest=digest) or {}


def _endpoint(config: Config, name: str, pin: dict[str, Any]) -> Endpoint:
    model, base_url = str(pin["model"]), pin["base_url"]
    place = _at_the_same_place(config, name, model, base_url)
    same = place if place is not None and place.model == model else None
    return Endpoint(
        model=model,
        base_url=base_url,
        parameters=Parameters.model_validate(pin["parameters"]),
        system_prompt=pin["system_prompt"],
        api_key_env=place.api_key_env if place else None,
        price=same.price if same else None,
        limits=place.limits if place else Limits(),
        allow_alias=(same is not None and same.allow_alias)
        or pinned_name_advice(model, base_url) is not None,
    )


def _at_the_same_place(
    config: Config, name: str, model: str, base_url: str | None
) -> Endpoint | None:
    """Find who speaks to the same place today; a key goes nowhere else than it was meant for."""
    named = [config.endpoints[name]] if name in config.endpoints else []
    for one in (*named, *config.endpoints.values()):
        if one.base_url == base_url and one.provider == model.split("/", 1)[0]:
            return one
    return None
