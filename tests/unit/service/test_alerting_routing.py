"""Who hears of what, and what need not be said."""

from __future__ import annotations

from evals.condition import AlertSeverity, ConditionKind
from service.alerting.alert import Alert, State
from service.alerting.inhibition import muted_by
from tests.integration.alert_factories import NOON, PIN, SCORES, UNMEASURED, a_condition, routing

FAILING = a_condition(ConditionKind.DELIVERY_FAILING, endpoint="", suite="", name="chat")


def an_alert(kind: ConditionKind, *parts: str, **overrides: str) -> Alert:
    return Alert(
        condition=a_condition(kind, **overrides),
        state=State.OPEN,
        severity=AlertSeverity.PAGE,
        confirmed=True,
        opened_at=NOON,
        observed_at=NOON,
        source="run-1",
        parts=parts,
    )


def test_without_routes_everybody_hears_everything() -> None:
    assert routing("chat", "mail").channels(SCORES, AlertSeverity.INFO) == ("chat", "mail")


def test_a_route_takes_what_fits_all_that_it_names() -> None:
    pages = {"channels": ["pager"], "severities": ["page"]}
    of_team = {"channels": ["chat"], "tags": ["search-team"]}
    others = {"channels": ["mail"], "endpoints": ["staging"]}
    pins = {"channels": ["mail"], "conditions": ["pin_broken"], "suites": ["weekly"]}
    by = routing("chat", "mail", "pager", routes=[pages, of_team, others, pins])
    assert by.channels(SCORES, AlertSeverity.PAGE) == ("chat", "pager")
    assert by.channels(SCORES, AlertSeverity.WARNING) == ("chat",)
    assert by.channels(PIN, AlertSeverity.WARNING) == ("chat", "mail")


def test_that_a_channel_fails_is_told_on_the_others() -> None:
    assert routing("chat", "mail").channels(FAILING, AlertSeverity.PAGE) == ("mail",)
    only_chat = routing("chat", "mail", routes=[{"channels": ["chat"]}])
    assert only_chat.channels(FAILING, AlertSeverity.PAGE) == ("mail",)
    assert routing("chat").channels(FAILING, AlertSeverity.PAGE) == ()


def test_what_was_not_measured_mutes_the_scores_of_the_same_suite() -> None:
    scores = an_alert(ConditionKind.SERIES, "faq")
    unmeasured = an_alert(ConditionKind.NOT_MEASURED)
    assert muted_by(scores, [scores, unmeasured]) is unmeasured
    assert muted_by(scores, [an_alert(ConditionKind.NOT_MEASURED, suite="daily")]) is None
    assert muted_by(scores, [an_alert(ConditionKind.NOT_MEASURED, endpoint="other")]) is None


def test_a_task_that_was_not_measured_mutes_no_other_task() -> None:
    scores = an_alert(ConditionKind.SERIES, "faq")
    assert muted_by(scores, [an_alert(ConditionKind.NOT_MEASURED, "rules")]) is None
    assert muted_by(scores, [an_alert(ConditionKind.NOT_MEASURED, "faq", "rules")]) is not None


def test_a_pin_that_is_broken_on_the_whole_endpoint_mutes_each_suite() -> None:
    whole = an_alert(ConditionKind.PIN_BROKEN, suite="")
    for kind in (ConditionKind.SERIES, ConditionKind.PIN_BROKEN, ConditionKind.NOT_MEASURED):
        assert muted_by(an_alert(kind), [whole]) is whole
    assert muted_by(whole, [an_alert(ConditionKind.PIN_BROKEN)]) is None
    assert muted_by(an_alert(ConditionKind.MISSED_CHECK), [whole]) is None


def test_conditions_of_different_names_have_different_keys() -> None:
    keys = {one.key for one in (SCORES, PIN, UNMEASURED, FAILING)}
    assert len(keys) == 4
