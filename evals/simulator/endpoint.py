"""The simulated endpoint: counts what it was asked, follows its cues, and lets a persona answer."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evals.simulator.answering import reply
from evals.simulator.behaviour import Behaviour, Cue, changed
from evals.simulator.draw import Dice
from evals.simulator.faults import Fault, FaultKind, striking_fault
from evals.simulator.knowledge import Knowledge
from evals.simulator.recordings import Recordings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.simulator.chat import ChatRequest, Reply
    from evals.simulator.persona import Persona

LONGEST_LOG = 50_000


@dataclass(frozen=True, kw_only=True)
class SimulatorConfig:
    """A simulated endpoint before its first request.

    Attributes:
        knowledge: The truth (`evals.simulator.learning.knowledge_of` takes golden items).
        recordings: Recorded answers; they come before anything made up.
        behaviour: How it behaves at first.
        cues: Changes that come by themselves.
        models: Model ids that it lists.
        seed: Seed of every draw.
    """

    knowledge: Knowledge = field(default_factory=Knowledge)
    recordings: Recordings = field(default_factory=Recordings)
    behaviour: Behaviour = field(default_factory=Behaviour)
    cues: tuple[Cue, ...] = ()
    models: tuple[str, ...] = ("sim-1",)
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LoggedRequest:
    """One request as it arrived and how it ended. Headers, and keys with them, are never kept."""

    number: int
    protocol: str
    request: ChatRequest
    body: Mapping[str, Any]
    occurrence: int
    fault: FaultKind | None
    persona: str
    reply: Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What the protocol has to send: a reply, spoiled by a fault or not."""

    number: int
    reply: Reply
    fault: Fault | None


class SimulatedEndpoint:
    """All mutable state of a simulator: counters, the behaviour in force, and the latest requests.

    Raises ConfigError when a cue cannot be followed.
    """

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.behaviour = config.behaviour
        self._requests: deque[LoggedRequest] = deque(maxlen=LONGEST_LOG)
        self._arrived = 0
        self._pending = _checked(config)
        self._attempts: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._struck: Counter[int] = Counter()
        # Tests change the behaviour from their own thread while the server's thread answers.
        self._lock = threading.Lock()

    def behave(self, change: Mapping[str, Any]) -> Behaviour:
        """Change the behaviour from the next request on; raises ConfigError for unknown fields."""
        with self._lock:
            return self._behave(change)

    def log(self) -> list[LoggedRequest]:
        """Return the latest requests, up to `LONGEST_LOG`, in order of arrival."""
        with self._lock:
            return list(self._requests)

    def ask(self, request: ChatRequest, *, protocol: str, body: Mapping[str, Any]) -> Outcome:
        """Answer one request and log it."""
        with self._lock:
            self._follow_cues()
            key = request.digest
            fault = self._fault(key)
            occurrence = self._answered[key]
            persona, answer = _answer(self.config, self.behaviour, request, occurrence)
            self._attempts[key] += 1
            if fault is None or fault.kind.still_answers:
                self._answered[key] += 1
            number = self._arrived
            self._arrived += 1
            self._requests.append(
                LoggedRequest(
                    number=number,
                    protocol=protocol,
                    request=request,
                    body=body,
                    occurrence=occurrence,
                    fault=fault.kind if fault else None,
                    persona=persona.name,
                    reply=answer,
                )
            )
            return Outcome(number=number, reply=answer, fault=fault)

    def _behave(self, change: Mapping[str, Any]) -> Behaviour:
        self.behaviour = changed(self.behaviour, change)
        if "faults" in change:
            self._struck.clear()
        return self.behaviour

    def _follow_cues(self) -> None:
        while self._pending and self._pending[0].after <= self._arrived:
            self._behave(self._pending.pop(0).change)

    def _fault(self, conversation: str) -> Fault | None:
        faults = self.behaviour.faults
        place = striking_fault(
            faults,
            [self._struck[n] for n in range(len(faults))],
            seed=self.config.seed,
            conversation=conversation,
            attempt=self._attempts[conversation],
        )
        if place is None:
            return None
        self._struck[place] += 1
        return faults[place]


def _checked(config: SimulatorConfig) -> list[Cue]:
    """Return the cues in order, after trying each: a wrong one must not wait to be found."""
    cues = sorted(config.cues, key=lambda cue: cue.after)
    behaviour = config.behaviour
    for cue in cues:
        behaviour = changed(behaviour, cue.change)
    return cues


def _answer(
    config: SimulatorConfig, behaviour: Behaviour, request: ChatRequest, occurrence: int
) -> tuple[Persona, Reply]:
    fact, turns_since = config.knowledge.find(request)
    routing = Dice(seed=config.seed, persona="routing", item=request.digest, occurrence=occurrence)
    misrouted = behaviour.other and routing.fresh("misroute") < behaviour.misroute_share
    persona = behaviour.other if misrouted and behaviour.other else behaviour.persona
    dice = Dice(
        seed=config.seed,
        persona=persona.name,
        item=fact.item if fact else request.digest,
        occurrence=occurrence,
        noise=persona.noise,
    )
    mixed = routing.fresh("mix") < behaviour.mix_share
    version = _version(config.recordings, behaviour, mixed=mixed)
    recorded = config.recordings.answer(request.messages[-1].content, version, occurrence)
    said = reply(persona, request, dice, fact=fact, turns_since=turns_since, recorded=recorded)
    return persona, said


def _version(recordings: Recordings, behaviour: Behaviour, *, mixed: bool) -> str:
    if mixed and behaviour.mix_version is not None:
        return behaviour.mix_version
    return behaviour.version or next(iter(recordings.versions), "")
