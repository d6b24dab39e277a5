"""Whether a pin still holds, from what an endpoint reveals at no cost: facts in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from evals.numbers import plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from evals.compare.comparison import FingerprintChange
    from evals.listing import Listing
    from evals.shutdowns import Shutdown

WARN_DAYS: Final = 30
"""A shutdown that is at most so many days away is something to act on, not only to know."""


_DAILY: Final = timedelta(days=1)
_AGAIN: Final = timedelta(hours=1)
_TO_CONFIRM: Final = timedelta(minutes=10)


class PinState(StrEnum):
    """How a pin stands; ``unknown`` where nobody could be asked, which is not ``intact``."""

    INTACT = "intact"
    SUSPECT = "suspect"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class FindingKind(StrEnum):
    """What a finding is about."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    GONE = "gone"
    UNREADABLE = "unreadable"
    NO_LISTING = "no_listing"
    ALIAS = "alias"
    SHUTDOWN = "shutdown"
    REVEALED = "revealed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was seen, what it means for the pin, and a sentence on it."""

    kind: FindingKind
    state: PinState
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What the check before found.

    Attributes:
        listed: Some check before has found the model listed.
        stands_for: What its name stood for then; None where the listing did not say.
        findings: Of the check just before this one.
    """

    listed: bool = False
    stands_for: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PinFacts:
    """All that a check of a pin rests on.

    Attributes:
        model: The name that is pinned, as the provider knows it.
        alias_allowed: The endpoint is an alias that may move.
        listing: What the provider's list said; None where it was not read.
        failure: Why it could not be read; None without a failure.
        announced: The end that its maker announced, from the shipped table.
        revealed: How what the last run revealed differs from its baseline.
        earlier: What was found before.
    """

    model: str
    alias_allowed: bool = False
    listing: Listing | None = None
    failure: str | None = None
    announced: Shutdown | None = None
    revealed: Sequence[FingerprintChange] = ()
    earlier: Earlier = Earlier()


@dataclass(frozen=True, kw_only=True, slots=True)
class PinCheck:
    """What a check found.

    Attributes:
        state: The worst of the findings.
        findings: The worst first.
        shutdown_on: The day on which the model ends, where anybody says so.
        stands_for: What its name stands for, where the listing says so.
        confirmed: The check before found the same break, so that it is no slip of a listing. What
            a run revealed needs no second look.
    """

    state: PinState
    findings: tuple[Finding, ...]
    shutdown_on: date | None = None
    stands_for: str | None = None
    confirmed: bool = False


_WORST_FIRST = (PinState.BROKEN, PinState.SUSPECT, PinState.UNKNOWN, PinState.INTACT)


def check_pin(facts: PinFacts, *, today: date) -> PinCheck:
    """Say how a pin stands on the day ``today`` (UTC).

    A name that was listed and is gone, one that the provider keeps as a record only, an alias that
    stands for another model, and a served model that the baseline never saw break the pin.

    >>> from datetime import date
    >>> from evals.listing import Listing
    >>> gone = PinFacts(model="m-1", listing=Listing(model=None),
    ...                 earlier=Earlier(listed=True))
    >>> check_pin(gone, today=date(2026, 11, 22)).findings[0].sentence
    'm-1 is no longer among the models that its provider lists'
    """
    listed = facts.listing.model if facts.listing else None
    on, source = _end(facts)
    found = [
        *_of_listing(facts),
        *_of_alias(facts),
        *([_of_end(facts.model, on, source, today=today)] if on else []),
        *map(_of_change, facts.revealed),
    ]
    ordered = tuple(sorted(found, key=lambda one: _WORST_FIRST.index(one.state)))
    return PinCheck(
        state=_state(ordered),
        findings=ordered,
        shutdown_on=on,
        stands_for=listed.stands_for if listed else None,
        confirmed=_confirmed(ordered, facts.earlier),
    )


def wait_after(check: PinCheck) -> timedelta:
    """Return how long after a check the next one is due: a day, less where something is open.

    A break is looked at again soon, to confirm it, and then hourly, to see its end; a list that
    could not be read is tried again within the hour.
    """
    if check.state is PinState.BROKEN:
        return _AGAIN if check.confirmed else _TO_CONFIRM
    unread = any(one.kind is FindingKind.UNREADABLE for one in check.findings)
    return _AGAIN if unread else _DAILY


def _state(findings: Sequence[Finding]) -> PinState:
    """Return the worst state; what could not be read outweighs what is merely intact."""
    return findings[0].state if findings else PinState.UNKNOWN


def _confirmed(findings: Sequence[Finding], earlier: Earlier) -> bool:
    before = {one.kind for one in earlier.findings if one.state is PinState.BROKEN}
    broken = {one.kind for one in findings if one.state is PinState.BROKEN}
    return FindingKind.REVEALED in broken or bool(broken & before)


def _of_listing(facts: PinFacts) -> list[Finding]:
    if facts.failure is not None:
        sentence = f"the provider's list of models could not be read: {facts.failure}"
        return [_finding(FindingKind.UNREADABLE, PinState.UNKNOWN, sentence)]
    if facts.listing is None:
        sentence = "we know of no list of models at this provider"
        return [_finding(FindingKind.NO_LISTING, PinState.UNKNOWN, sentence)]
    if facts.listing.model is None:
        return [_missing(facts.model, was_listed=facts.earlier.listed)]
    if facts.listing.model.retired:
        sentence = f"{facts.model} is retired: its provider lists it as a record only"
        return [_finding(FindingKind.GONE, PinState.BROKEN, sentence)]
    return [_finding(FindingKind.LISTED, PinState.INTACT, f"{facts.model} is listed")]


def _missing(model: str, *, was_listed: bool) -> Finding:
    """Judge an absence: servers of one's own may answer to names that they never listed."""
    among = "among the models that its provider lists"
    if was_listed:
        return _finding(FindingKind.GONE, PinState.BROKEN, f"{model} is no longer {among}")
    return _finding(FindingKind.UNLISTED, PinState.SUSPECT, f"{model} is not {among}")


def _of_alias(facts: PinFacts) -> list[Finding]:
    now = facts.listing.model.stands_for if facts.listing and facts.listing.model else None
    before = facts.earlier.stands_for
    if now is None:
        return []
    if before is None or before == now:
        said = f"{facts.model} stands for {now}"
        return [_finding(FindingKind.ALIAS, PinState.INTACT, said)]
    state = PinState.SUSPECT if facts.alias_allowed else PinState.BROKEN
    return [_finding(FindingKind.ALIAS, state, f"{facts.model} stood for {before}, now for {now}")]


def _end(facts: PinFacts) -> tuple[date | None, str]:
    """Return the day of the end and who says so; the listing knows better than our table."""
    listed = facts.listing.model if facts.listing else None
    if listed is not None and listed.shutdown_on is not None:
        return listed.shutdown_on, "its provider's list"
    if facts.announced is not None:
        return facts.announced.on, facts.announced.source
    return None, ""


def _of_end(model: str, on: date, source: str, *, today: date) -> Finding:
    days = (on - today).days
    when = f"in {plural(days, 'day')}" if days > 0 else "today" if days == 0 else "overdue"
    state = PinState.SUSPECT if days <= WARN_DAYS else PinState.INTACT
    sentence = f"{model} shuts down on {on.isoformat()}, {when} (says {source})"
    return _finding(FindingKind.SHUTDOWN, state, sentence)


def _of_change(change: FingerprintChange) -> Finding:
    state = PinState.BROKEN if change.breaks_pin else PinState.SUSPECT
    sentence = f"the last run: {change.what} was {change.before} and is {change.after}"
    return _finding(FindingKind.REVEALED, state, sentence)


def _finding(kind: FindingKind, state: PinState, sentence: str) -> Finding:
    return Finding(kind=kind, state=state, sentence=sentence)
