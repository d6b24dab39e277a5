from __future__ import annotations

from evals.compare.fingerprint import fingerprint_changes, fingerprint_of
from tests.factories import TASK, a_fingerprint, a_sample, an_item

KEY = (TASK, "digest")


def test_a_model_that_the_baseline_never_saw_breaks_the_pin() -> None:
    (change,) = fingerprint_changes(
        a_fingerprint(served_models=("acme-2",)), [a_fingerprint()], alias_allowed=False
    )
    assert change.breaks_pin
    assert (change.before, change.after) == ("acme-1", "acme-2")


def test_an_alias_that_may_move_does_not_break_its_pin() -> None:
    (change,) = fingerprint_changes(
        a_fingerprint(served_models=("acme-2",)), [a_fingerprint()], alias_allowed=True
    )
    assert not change.breaks_pin


def test_a_fingerprint_seen_in_any_baseline_run_is_no_news() -> None:
    before = [a_fingerprint(system_fingerprints=(name,)) for name in ("fp-1", "fp-2")]
    now = a_fingerprint(system_fingerprints=("fp-2",))
    assert fingerprint_changes(now, before, alias_allowed=False) == ()


def test_the_same_prompt_with_more_tokens_betrays_hidden_text() -> None:
    (change,) = fingerprint_changes(
        a_fingerprint(input_tokens={KEY: 43}),
        [a_fingerprint(input_tokens={KEY: 20})],
        alias_allowed=False,
    )
    assert "+23" in change.after
    assert not change.breaks_pin


def test_parameters_that_stop_being_sent_are_told() -> None:
    (change,) = fingerprint_changes(
        a_fingerprint(sent_parameters={"max_tokens": 9}),
        [a_fingerprint(sent_parameters={"max_tokens": 9, "temperature": 0})],
        alias_allowed=False,
    )
    assert change.after == "temperature=not sent"


def test_without_a_baseline_nothing_has_changed() -> None:
    assert fingerprint_changes(a_fingerprint(), [], alias_allowed=False) == ()


def test_a_fingerprint_gathers_what_all_samples_revealed() -> None:
    items = [an_item(number) for number in range(3)]
    found = fingerprint_of(
        [
            a_sample(items[0], stop_reason="stop", sent_parameters={"seed": 1}),
            a_sample(items[1], stop_reason="stop", served_model="acme-2"),
        ],
        requested_parameters={"seed": 1, "top_k": 3},
        pinned_prompts={item.content_digest for item in items},
    )
    assert found.served_models == ("acme-1", "acme-2")
    assert found.stop_reasons == {"stop": 2}
    assert found.sent_parameters == {"seed": 1}
    assert len(found.input_tokens) == 2


def test_a_prompt_that_holds_an_earlier_reply_has_no_size_of_its_own() -> None:
    items = [an_item(number) for number in range(3)]
    found = fingerprint_of(
        [a_sample(items[0]), a_sample(items[1], calls=2), a_sample(items[2])],
        requested_parameters={},
        pinned_prompts={item.content_digest for item in items[:2]},
    )
    assert list(found.input_tokens) == [(TASK, items[0].content_digest)]


def test_a_capability_that_vanishes_is_told_and_one_that_was_not_tried_is_not() -> None:
    (change,) = fingerprint_changes(
        a_fingerprint(capabilities={"logprobs": False}),
        [a_fingerprint(capabilities={"logprobs": True, "one_token": True})],
        alias_allowed=False,
    )
    assert (change.what, change.before, change.after) == ("capability logprobs", "yes", "no")
    assert not change.breaks_pin
