"""What looks at pins and budgets of a month say of their conditions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from evals.budgets import Purse, Scope
from evals.condition import AlertSeverity, ConditionKind
from evals.listing import ListedModel, Listing
from evals.pin_check import Earlier, PinFacts, check_pin
from evals.report.notice.title import title
from service.alerting.of_pin import observations_of_budgets, observations_of_look

if TYPE_CHECKING:
    from service.alerting.observation import Observation

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GONE = Listing(model=None)
LISTED = Listing(model=ListedModel(name="m-1"))


def seen(**facts: Any) -> tuple[Observation, Observation]:
    check = check_pin(PinFacts(**{"model": "m-1", "listing": LISTED, **facts}), today=NOW.date())
    return observations_of_look("prod", check, source="look 1", now=NOW)


def test_a_listed_model_breaks_nothing_and_ends_nowhere() -> None:
    broken, end = seen()
    assert (broken.breached, end.breached) == (False, False)
    assert broken.condition.suite == ""


def test_a_model_that_is_gone_pages_once_a_second_look_confirms_it() -> None:
    first, _ = seen(listing=GONE, earlier=Earlier(listed=True))
    assert first.breached is None
    check = check_pin(
        PinFacts(model="m-1", listing=GONE, earlier=Earlier(listed=True)), today=NOW.date()
    )
    again, _ = seen(listing=GONE, earlier=Earlier(listed=True, findings=check.findings))
    assert (again.breached, again.severity) == (True, AlertSeverity.PAGE)
    assert again.may_page
    assert again.reason == "m-1 is no longer among the models that its provider lists"


@pytest.mark.parametrize("facts", [{"listing": None}, {"listing": None, "failure": "503"}])
def test_what_could_not_be_read_neither_opens_nor_resolves_an_alert(facts: dict[str, Any]) -> None:
    broken, _ = seen(**facts)
    assert broken.breached is None


def test_the_last_month_of_a_model_is_a_warning() -> None:
    soon = Listing(model=ListedModel(name="m-1", shutdown_on=date(2026, 12, 11)))
    _, end = seen(listing=soon)
    assert (end.condition.kind, end.breached) == (ConditionKind.SHUTDOWN, True)
    assert end.severity is AlertSeverity.WARNING
    assert "in 19 days" in end.reason


@pytest.mark.parametrize(
    ("spent_usd", "breached", "severity"),
    [
        (7.0, False, AlertSeverity.WARNING),
        (8.0, True, AlertSeverity.WARNING),
        (10.5, True, AlertSeverity.PAGE),
    ],
)
def test_a_budget_is_told_when_nearly_spent_and_pages_when_spent(
    spent_usd: float, breached: bool, severity: AlertSeverity
) -> None:
    purse = Purse(scope=Scope.ENDPOINT, of="prod", limit_usd=10, spent_usd=spent_usd)
    (found,) = observations_of_budgets([purse], warn_at=0.8, now=NOW)
    assert (found.breached, found.severity) == (breached, severity)
    assert found.condition.endpoint == "prod"


@pytest.mark.parametrize(
    ("spent_usd", "said"),
    [(8.1, "! BUDGET NEARLY SPENT: schedule nightly"), (10.0, "! BUDGET SPENT: schedule nightly")],
)
def test_a_budget_that_is_not_spent_is_not_said_to_be(spent_usd: float, said: str) -> None:
    purse = Purse(scope=Scope.SCHEDULE, of="nightly", limit_usd=10, spent_usd=spent_usd)
    (found,) = observations_of_budgets([purse], warn_at=0.8, now=NOW)
    assert found.notice is not None
    assert title(found.notice) == said
    spent = spent_usd == 10.0
    assert ("Checks are not made until then" in found.notice.advice[0].words) == spent
