from __future__ import annotations

from typing import Any

import pytest

from evals.errors import ConfigError
from evals.simulator.behaviour import Behaviour, Cue, changed
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.faults import FaultKind
from evals.simulator.learning import knowledge_of
from evals.simulator.spoken import scripted
from tests.unit.simulator.factories_simulator import (
    asked,
    capital_items,
    make_endpoint,
    make_request,
    request_for,
    sum_items,
)


def _faults(endpoint: SimulatedEndpoint, count: int) -> list[FaultKind | None]:
    for n in range(count):
        asked(endpoint, make_request(f"question {n}"))
    return [logged.fault for logged in endpoint.log()]


def test_a_counted_fault_ends_after_its_count() -> None:
    endpoint = make_endpoint([], faults=[{"kind": "server_error", "count": 2}])
    assert _faults(endpoint, 4) == [FaultKind.SERVER_ERROR, FaultKind.SERVER_ERROR, None, None]


def test_a_share_of_requests_is_struck() -> None:
    endpoint = make_endpoint([], faults=[{"kind": "rate_limit", "share": 0.3}])
    struck = sum(fault is not None for fault in _faults(endpoint, 400))
    assert struck / 400 == pytest.approx(0.3, abs=0.07)


def test_a_retry_is_a_new_draw() -> None:
    endpoint = make_endpoint([], faults=[{"kind": "rate_limit", "share": 0.5}])
    for _ in range(30):
        asked(endpoint, make_request("the same"))
    assert {logged.fault for logged in endpoint.log()} == {None, FaultKind.RATE_LIMIT}


def test_a_failed_attempt_does_not_use_up_the_answer_it_kept_back() -> None:
    items = sum_items(1)
    plain = make_endpoint(items, noise=1.0)
    faulty = make_endpoint(items, noise=1.0, faults=[{"kind": "server_error", "count": 3}])
    expected = [asked(plain, request_for(items[0])).text for _ in range(5)]
    seen = [asked(faulty, request_for(items[0])).text for _ in range(8)]
    assert seen[3:] == expected


def test_a_cue_changes_the_behaviour_after_its_number_of_requests() -> None:
    cue = Cue(after=2, change={"fingerprint": "fp_new"})
    endpoint = SimulatedEndpoint(SimulatorConfig(cues=(cue,)))
    seen = [asked(endpoint, make_request(f"q{n}")).fingerprint for n in range(4)]
    assert seen == ["fp_simulator", "fp_simulator", "fp_new", "fp_new"]


def test_a_cue_that_cannot_be_followed_is_refused_before_the_first_request() -> None:
    with pytest.raises(ConfigError, match="skil"):
        SimulatedEndpoint(SimulatorConfig(cues=(Cue(after=9, change={"skil": 1}),)))


def test_a_model_swap_keeps_the_name_and_answers_as_another() -> None:
    items = sum_items(60)
    endpoint = make_endpoint(items, skill=0.7)
    before = [asked(endpoint, request_for(item)) for item in items]
    endpoint.behave({"other": {"name": "b", "skill": 0.7}, "misroute_share": 1.0})
    after = [asked(endpoint, request_for(item)) for item in items]
    assert {reply.served_model for reply in after} == {"sim-1"}
    assert [r.text for r in before] != [r.text for r in after]
    assert {logged.persona for logged in endpoint.log()} == {"base", "b"}


def test_partial_misrouting_sends_its_share_to_the_other_model() -> None:
    endpoint = make_endpoint([], other={"name": "b"}, misroute_share=0.2)
    for n in range(400):
        asked(endpoint, make_request(f"question {n}"))
    share = sum(logged.persona == "b" for logged in endpoint.log()) / 400
    assert share == pytest.approx(0.2, abs=0.06)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"skil": 1}, r"there is no field 'skil' \(skil\)\. Did you mean skill\? Fields: name, "),
        ({"other": {"nam": "b"}}, r"there is no field 'other.nam'.* Did you mean name\?"),
        ({"faults": [{"kind": "xx"}]}, r"faults.kind must be 'rate_limit', .*, not 'xx'"),
        ({"faults": [{"kind": "empty", "shar": 1}]}, r"Did you mean share\? Fields: kind, share"),
        ({"skill": 1.5}, r"skill must be less than or equal to 1, not 1.5"),
    ],
)
def test_a_change_that_cannot_be_followed_names_what_can(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence):
        changed(Behaviour(), change)


@pytest.mark.parametrize(
    "change",
    [{"skil": 1}, {"skill": 1.5}, {"faults": [{"kind": "fire"}]}, {"other": {"nam": "b"}}],
)
def test_a_change_that_cannot_be_followed_is_refused_and_changes_nothing(
    change: dict[str, Any],
) -> None:
    endpoint = make_endpoint([])
    before = endpoint.behaviour
    with pytest.raises(ConfigError):
        endpoint.behave(change)
    assert endpoint.behaviour == before


def test_what_is_said_on_the_command_line_becomes_a_script() -> None:
    behaviour, cues = scripted(
        Behaviour(),
        ["skill=0.9, skill_by_tag.sums=0.5", "after=100,skill_drop=0.3"],
        ["slow:share=0.1", "rate_limit:after=100,count=3"],
    )
    assert (behaviour.persona.skill, behaviour.persona.skill_by_tag) == (0.9, {"sums": 0.5})
    assert [fault.kind for fault in behaviour.faults] == ["slow"]
    later = changed(behaviour, cues[0].change)
    assert (cues[0].after, later.persona.skill_drop) == (100, 0.3)
    assert [fault.kind for fault in later.faults] == ["rate_limit"]


@pytest.mark.parametrize("change", ["skill", "=3", "after=x,skill=1", "after=-1,skill=1"])
def test_a_change_that_is_no_pair_is_refused_with_an_example(change: str) -> None:
    with pytest.raises(ConfigError, match="Write for instance"):
        scripted(Behaviour(), [change], [])


def test_the_log_knows_the_item_and_the_occurrence() -> None:
    items = capital_items()
    endpoint = SimulatedEndpoint(SimulatorConfig(knowledge=knowledge_of(items)))
    for _ in range(2):
        asked(endpoint, request_for(items[2]))
    assert [(r.reply.item, r.occurrence) for r in endpoint.log()] == [("Japan", 0), ("Japan", 1)]
