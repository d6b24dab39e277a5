"""What is seen of a pin at no cost, and what it means."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from evals.compare.comparison import FingerprintChange
from evals.endpoint import Endpoint
from evals.listing import ListedModel, Listing, listing_place, read_listing
from evals.pin_check import Earlier, FindingKind, PinFacts, PinState, check_pin, wait_after
from evals.shutdowns import AS_OF, Shutdown, announced_shutdown

TODAY = date(2026, 11, 22)


def facts(**overrides: Any) -> PinFacts:
    listing = Listing(model=ListedModel(name="m-1"))
    return PinFacts(**{"model": "m-1", "listing": listing, **overrides})


def listed(**overrides: Any) -> Listing:
    return Listing(model=ListedModel(**{"name": "m-1", **overrides}))


def test_a_listed_model_is_intact() -> None:
    found = check_pin(facts(), today=TODAY)
    assert (found.state, found.shutdown_on) == (PinState.INTACT, None)
    assert wait_after(found) == timedelta(days=1)


def test_a_name_that_was_never_listed_is_suspect_since_servers_answer_to_more_than_they_list() -> (
    None
):
    found = check_pin(facts(listing=Listing(model=None)), today=TODAY)
    assert (found.state, found.findings[0].kind) == (PinState.SUSPECT, FindingKind.UNLISTED)


def test_a_model_that_is_gone_breaks_the_pin_and_is_confirmed_by_the_next_look() -> None:
    gone = facts(listing=Listing(model=None), earlier=Earlier(listed=True))
    first = check_pin(gone, today=TODAY)
    assert (first.state, first.confirmed) == (PinState.BROKEN, False)
    assert wait_after(first) == timedelta(minutes=10)
    again = facts(
        listing=Listing(model=None), earlier=Earlier(listed=True, findings=first.findings)
    )
    second = check_pin(again, today=TODAY)
    assert second.confirmed
    assert wait_after(second) == timedelta(hours=1)


def test_a_list_that_cannot_be_read_is_unknown_and_tried_again_within_the_hour() -> None:
    found = check_pin(facts(listing=None, failure="it answered 503"), today=TODAY)
    assert found.state is PinState.UNKNOWN
    assert wait_after(found) == timedelta(hours=1)


def test_a_provider_without_a_list_is_unknown_and_not_asked_sooner() -> None:
    found = check_pin(facts(listing=None), today=TODAY)
    assert found.state is PinState.UNKNOWN
    assert wait_after(found) == timedelta(days=1)


@pytest.mark.parametrize(("allowed", "state"), [(False, PinState.BROKEN), (True, PinState.SUSPECT)])
def test_an_alias_that_moves_breaks_the_pin_unless_it_may(allowed: bool, state: PinState) -> None:
    moved = facts(
        listing=listed(stands_for="m-2"), alias_allowed=allowed, earlier=Earlier(stands_for="m-1a")
    )
    found = check_pin(moved, today=TODAY)
    assert found.state is state
    assert found.findings[0].sentence == "m-1 stood for m-1a, now for m-2"


@pytest.mark.parametrize(
    ("on", "state", "words"),
    [
        (date(2027, 2, 1), PinState.INTACT, "in 71 days"),
        (date(2026, 12, 11), PinState.SUSPECT, "in 19 days"),
        (date(2026, 11, 22), PinState.SUSPECT, "today"),
        (date(2026, 11, 1), PinState.SUSPECT, "overdue"),
    ],
)
def test_a_shutdown_counts_down_and_asks_for_action_in_its_last_month(
    on: date, state: PinState, words: str
) -> None:
    found = check_pin(facts(listing=listed(shutdown_on=on)), today=TODAY)
    end = next(one for one in found.findings if one.kind is FindingKind.SHUTDOWN)
    assert (end.state, found.shutdown_on) == (state, on)
    assert f"{on.isoformat()}, {words} (says its provider's list)" in end.sentence


def test_the_list_knows_better_than_the_shipped_table() -> None:
    table = Shutdown(on=date(2027, 1, 1), source="https://maker.example/ends")
    both = facts(listing=listed(shutdown_on=date(2027, 3, 1)), announced=table)
    assert check_pin(both, today=TODAY).shutdown_on == date(2027, 3, 1)
    only_table = check_pin(facts(announced=table), today=TODAY)
    assert any("says https://maker.example/ends" in one.sentence for one in only_table.findings)


def test_a_retired_model_that_is_kept_as_a_record_is_gone() -> None:
    found = check_pin(facts(listing=listed(retired=True)), today=TODAY)
    assert (found.state, found.findings[0].kind) == (PinState.BROKEN, FindingKind.GONE)


def test_what_the_last_run_revealed_counts_without_a_second_look() -> None:
    other = FingerprintChange(what="served model", before="a", after="b", breaks_pin=True)
    tokens = FingerprintChange(what="input tokens of 3 of 3", before="9", after="11")
    found = check_pin(facts(revealed=(tokens, other)), today=TODAY)
    assert found.confirmed
    assert [one.state for one in found.findings] == [
        PinState.BROKEN,
        PinState.SUSPECT,
        PinState.INTACT,
    ]


@pytest.mark.parametrize(
    ("entry", "day"),
    [
        ({"id": "m", "shutdown_date": "2027-01-14"}, date(2027, 1, 14)),
        ({"id": "m", "shutdown_date": None}, None),
        ({"id": "m", "retires_at": "2027-01-14T00:00:00Z"}, date(2027, 1, 14)),
        ({"id": "m", "expiration_date": "2027-01-14"}, date(2027, 1, 14)),
        ({"id": "m", "deprecation": "soon"}, None),
        ({"id": "m", "shutdown_date": {"year": 2027}}, None),
    ],
)
def test_every_providers_way_to_say_an_end_is_understood(
    entry: dict[str, Any], day: date | None
) -> None:
    found = read_listing({"data": [entry]}, "m").model
    assert found is not None
    assert found.shutdown_on == day


def test_googles_page_of_one_model_is_understood() -> None:
    page = {"name": "models/gemini-2.0-flash-001", "version": "2.0"}
    assert read_listing(page, "gemini-2.0-flash-001").model is not None


@pytest.mark.parametrize("document", ["no", 3, None, {"data": "no"}, [1], [], [{"object": "x"}]])
def test_what_is_no_list_of_models_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match=r"it is|has no name"):
        read_listing(document, "m")


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("openai/gpt-5-2025-08-07", "https://api.openai.com/v1/models"),
        (
            "anthropic/claude-sonnet-4-5-20250929",
            "https://api.anthropic.com/v1/models/claude-sonnet-4-5-20250929",
        ),
        (
            "google/gemini-2.0-flash-001",
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash-001",
        ),
        ("openrouter/meta-llama/llama-4", "https://openrouter.ai/api/v1/models"),
        ("anthropic/bedrock/claude-x", None),
        ("some-plugin/m", None),
    ],
)
def test_each_provider_is_asked_where_it_lists_its_models(model: str, url: str | None) -> None:
    place = listing_place(Endpoint(model=model, allow_alias=True))
    assert (place.url if place else None) == url


def test_the_shipped_table_is_dated_and_not_from_the_future() -> None:
    known = announced_shutdown("openai/gpt-5-2025-08-07")
    assert known is not None
    assert known.source.startswith("https://")
    assert AS_OF <= TODAY
