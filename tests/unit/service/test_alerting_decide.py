"""One observation, one decision: what opens, confirms, resolves, and what changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evals.condition import AlertSeverity, ConditionKind
from evals.report.notice import NoticeKind
from evals.report.notice.of_condition import notice_of_condition
from service.alerting.alert import State
from service.alerting.decide import decide
from service.alerting.inhibition import muted_by
from service.alerting.orders import Order, Verb, carry_out, close_with_baseline
from service.alerting.passing import pass_time
from service.alerting.policy import DEFAULT, AlertingPolicy
from tests.integration.alert_factories import HOUR, NOON, PIN, UNMEASURED, a_condition, seen

if TYPE_CHECKING:
    from service.alerting.alert import Alert, Transition
    from service.alerting.observation import Observation

DAY = timedelta(days=1)


def follow(*observations: Observation, alert: Alert | None = None) -> list[Transition | None]:
    """Decide on one observation after the other, each at the moment it was made."""
    made = []
    for one in observations:
        transition = decide(alert, one, DEFAULT, one.at)
        alert = alert if transition is None else transition.after
        made.append(transition)
    return made


def standing(*observations: Observation) -> Alert:
    after = [one.after for one in follow(*observations) if one is not None]
    return after[-1]


def suspicion(number: int = 1, **overrides: Any) -> Observation:
    return seen(number, confirmed=False, **overrides)


def good(number: int, **overrides: Any) -> Observation:
    return seen(number, breached=False, **overrides)


def test_a_confirmed_breach_pages() -> None:
    (opened,) = follow(seen())
    assert opened is not None
    assert (opened.after.state, opened.message) == (State.OPEN, NoticeKind.OPENED)
    assert opened.after.severity is AlertSeverity.PAGE


def test_a_suspicion_is_a_warning_and_says_so() -> None:
    (opened,) = follow(suspicion())
    assert opened is not None
    assert (opened.after.severity, opened.after.confirmed) == (AlertSeverity.WARNING, False)
    assert "not confirmed" in opened.reason


def test_a_fresh_run_of_the_same_day_confirms() -> None:
    confirmed = follow(suspicion(1), suspicion(3))[-1]
    assert confirmed is not None
    assert confirmed.message is NoticeKind.OPENED
    assert (confirmed.after.severity, confirmed.after.confirmed) == (AlertSeverity.PAGE, True)


def test_a_run_that_began_before_the_first_ended_is_not_fresh() -> None:
    alert = standing(suspicion(1), suspicion(2, began_at=NOON))
    assert not alert.confirmed


def test_a_run_that_finds_another_task_confirms_nothing() -> None:
    assert not standing(suspicion(1), suspicion(3, parts=("rules",))).confirmed


def test_next_week_is_not_the_same_day_and_is_told_as_a_warning_again() -> None:
    again = follow(suspicion(1), suspicion(24 * 7))[-1]
    assert again is not None
    assert (again.message, again.after.severity) == (NoticeKind.STILL_OPEN, AlertSeverity.WARNING)
    confirmed = follow(suspicion(24 * 7 + 2), alert=again.after)[-1]
    assert confirmed is not None
    assert confirmed.after.confirmed


def test_one_good_run_ends_a_suspicion() -> None:
    over = follow(suspicion(1), good(2))[-1]
    assert over is not None
    assert (over.after.state, over.message) == (State.RESOLVED, NoticeKind.RESOLVED)


def test_a_fact_needs_no_confirmation() -> None:
    alert = standing(seen(condition=PIN, confirmed=False))
    assert (alert.confirmed, alert.severity) == (True, AlertSeverity.PAGE)


def test_two_good_checks_in_a_row_resolve_what_a_check_can_miss() -> None:
    made = follow(seen(1), good(2), seen(3), good(4), good(5))
    assert [one.after.state.value for one in made if one] == ["open"] * 4 + ["resolved"]
    assert [one.message for one in made if one][1:4] == [None, None, None]


def test_the_same_good_check_counts_once() -> None:
    assert follow(seen(1), good(2), good(2))[-1] is None


def test_one_good_check_resolves_a_fact() -> None:
    missed = a_condition(ConditionKind.MISSED_CHECK)
    alert = standing(seen(1, condition=missed), good(2, condition=missed))
    assert alert.state is State.RESOLVED


def test_a_second_task_is_suspected_and_confirmed_while_an_older_suspicion_stands() -> None:
    others = [suspicion(number, parts=("rules",), well=("faq",)) for number in (2, 4)]
    second, confirmed = follow(suspicion(1), *others)[1:]
    assert second is not None
    assert (second.message, second.severity) == (NoticeKind.STILL_OPEN, AlertSeverity.WARNING)
    assert second.after.about == ("rules",)
    assert confirmed is not None
    assert (confirmed.message, confirmed.severity) == (NoticeKind.OPENED, AlertSeverity.PAGE)
    assert confirmed.after.parts == ("rules",)


def test_a_second_task_is_a_warning_beside_what_is_confirmed_until_it_is_confirmed_too() -> None:
    said = notice_of_condition(ConditionKind.SERIES, "faq", severity=AlertSeverity.PAGE, at=NOON)
    other = replace(said, headline="rules")
    first = standing(seen(1, notice=said))
    others = [suspicion(number, parts=("rules",), notice=other) for number in (2, 3, 4)]
    beside, spread, same = follow(*others, alert=first)
    assert beside is not None
    assert beside.aside is not None
    assert (beside.severity, beside.aside.parts) == (AlertSeverity.WARNING, ("rules",))
    assert beside.aside.notice is other
    assert (beside.after.notice, beside.after.severity) == (said, AlertSeverity.PAGE)
    assert spread is not None
    assert (spread.severity, spread.after.parts) == (AlertSeverity.PAGE, ("faq", "rules"))
    assert spread.after.notice is other
    assert same is not None
    assert same.message is None


def test_a_page_that_is_repeated_says_only_what_is_confirmed() -> None:
    said = notice_of_condition(ConditionKind.SERIES, "faq", severity=AlertSeverity.PAGE, at=NOON)
    doubt = suspicion(2, notice=replace(said, headline="faq, perhaps"))
    assert standing(seen(1, notice=said), doubt).notice == said


def test_a_suspicion_of_a_task_ends_with_a_check_that_finds_it_well() -> None:
    partly = seen(2, breached=None, well=("rules",))
    alert = standing(suspicion(1, parts=("faq", "rules")), partly)
    assert (alert.state, alert.about) == (State.OPEN, ("faq",))


def test_what_was_judged_late_confirms_and_adds_and_is_counted_once() -> None:
    alert = standing(suspicion(3))
    for late in (seen(1), suspicion(2)):
        confirmed, again = follow(late, late, alert=alert)
        assert confirmed is not None
        assert (confirmed.severity, confirmed.after.observed_at) == (
            AlertSeverity.PAGE,
            alert.observed_at,
        )
        assert again is None
    added = follow(seen(1, parts=("rules",)), alert=standing(seen(3)))[-1]
    assert added is not None
    assert (added.message, added.after.parts) == (NoticeKind.STILL_OPEN, ("faq", "rules"))


def test_a_fact_about_one_task_becomes_one_about_all_and_back() -> None:
    some, whole = (
        seen(number, condition=UNMEASURED, parts=parts)
        for number, parts in ((1, ("faq",)), (2, ()))
    )
    spread, shrunk = follow(some, whole, replace(some, at=whole.at + HOUR, source="run-3"))[1:]
    assert spread is not None
    assert (spread.message, spread.after.parts) == (NoticeKind.STILL_OPEN, ())
    assert "spread to all tasks" in spread.reason
    assert shrunk is not None
    assert (shrunk.message, shrunk.after.parts) == (None, ("faq",))


def test_a_fact_that_is_well_again_mutes_nothing() -> None:
    broken, mending = standing(seen(1, condition=PIN)), seen(2, condition=PIN, breached=False)
    (pin,) = [one.after for one in follow(mending, alert=broken) if one]
    scores = standing(seen(3))
    assert muted_by(scores, [broken]) is broken
    assert muted_by(scores, [pin]) is None


def test_what_cannot_be_told_changes_nothing() -> None:
    unknown = seen(2, breached=None, well=())
    assert follow(unknown)[-1] is None
    assert follow(seen(1), unknown)[-1] is None


def test_an_alert_about_one_task_ends_when_that_task_is_well_whatever_the_others_are() -> None:
    partly = [seen(number, breached=None, well=("faq", "rules")) for number in (2, 3)]
    assert standing(seen(1, parts=("faq",)), *partly).state is State.RESOLVED


def test_late_and_repeated_observations_change_nothing() -> None:
    assert follow(seen(3), seen(3), good(2))[1:] == [None, None]
    over = follow(seen(1), good(2), good(3))[-1]
    assert over is not None
    assert follow(seen(1), seen(3), alert=over.after) == [None, None]


def test_another_task_that_moves_is_told_again_even_after_an_acknowledgement() -> None:
    alert = standing(seen(1))
    acknowledged = carry_out(alert, Order(verb=Verb.ACKNOWLEDGE, actor="ana", why="mine"), NOON)
    assert acknowledged is not None
    assert follow(seen(2), alert=acknowledged.after)[-1].after.state is State.ACKNOWLEDGED  # type: ignore[union-attr]
    (spread,) = follow(seen(3, parts=("faq", "rules")), alert=acknowledged.after)
    assert spread is not None
    assert (spread.after.state, spread.message) == (State.OPEN, NoticeKind.STILL_OPEN)
    assert "rules" in spread.reason


def test_what_is_silenced_says_nothing_and_still_ends() -> None:
    order = Order(verb=Verb.SILENCE, actor="ana", why="known", until=NOON + DAY)
    silenced = carry_out(standing(seen(1)), order, NOON)
    assert silenced is not None
    made = follow(seen(2, parts=("rules",)), good(3, well=("faq", "rules")), alert=silenced.after)
    assert [one.message for one in made if one] == [None, None]
    assert [one.after.state for one in made if one] == [State.SILENCED] * 2


def test_a_silence_that_ends_is_told() -> None:
    order = Order(verb=Verb.SILENCE, actor="ana", why="known", until=NOON + DAY)
    silenced = carry_out(standing(seen(1)), order, NOON)
    assert silenced is not None
    assert pass_time(silenced.after, DEFAULT, NOON + DAY - HOUR, muted=False) is None
    ended = pass_time(silenced.after, DEFAULT, NOON + DAY, muted=False)
    assert ended is not None
    assert (ended.after.state, ended.message) == (State.OPEN, NoticeKind.STILL_OPEN)


def test_nobody_is_reminded_of_what_is_acknowledged_suspected_or_muted() -> None:
    late = NOON + 3 * DAY
    alert = standing(seen(1))
    reminder = pass_time(alert, DEFAULT, late, muted=False)
    assert reminder is not None
    assert reminder.message is NoticeKind.STILL_OPEN
    never = AlertingPolicy(remind_after=None)
    assert pass_time(alert, DEFAULT, late, muted=True) is None
    assert pass_time(alert, never, late, muted=False) is None
    assert pass_time(standing(suspicion(1)), DEFAULT, late, muted=False) is None
    acknowledged = carry_out(alert, Order(verb=Verb.ACKNOWLEDGE, actor="ana", why="mine"), NOON)
    assert acknowledged is not None
    assert pass_time(acknowledged.after, DEFAULT, late, muted=False) is None


def test_a_new_baseline_ends_what_was_found_beside_the_old_one() -> None:
    over = close_with_baseline(standing(seen(1)), actor="ana", why="v2", now=NOON)
    assert over is not None
    assert (over.after.state, over.actor) == (State.RESOLVED, "ana")
    assert over.reason == "v2"
    other = standing(seen(1, condition=UNMEASURED))
    assert close_with_baseline(other, actor="ana", why="v2", now=NOON) is None


def test_an_order_that_changes_nothing_is_no_transition() -> None:
    resolve = Order(verb=Verb.RESOLVE, actor="ana", why="over")
    over = carry_out(standing(seen(1)), resolve, NOON)
    assert over is not None
    for verb in Verb:
        again = Order(verb=verb, actor="ana", why="over", until=NOON + DAY)
        assert carry_out(over.after, again, NOON) is None
