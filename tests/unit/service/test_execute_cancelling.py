"""A run that is left while it is asked keeps what had finished by then."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from service.errors import HandedBack, KeyBusy, RunBusy, RunCancelled, ServiceError
from service.stages import execute as stage
from tests.factories import a_sample, an_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.records import Exchange, SampleRecord

ANSWERS = [a_sample(an_item(number)) for number in range(6)]


@dataclass
class FakeRunning:
    """Answers one by one; once stopped, the two that are under way come in, and no more."""

    left: list[SampleRecord] = field(default_factory=lambda: list(ANSWERS))

    def exchanges(self) -> Iterator[Exchange]:
        while self.left:
            yield (self.left.pop(0),)

    def stop(self) -> None:
        del self.left[2:]


class LeftAtThird:
    def __init__(self, error: ServiceError) -> None:
        self.seen, self.error = 0, error

    def sample(self, _: SampleRecord) -> None:
        self.seen += 1
        if self.seen == 3:
            raise self.error

    def tick(self) -> None: ...


@pytest.mark.parametrize("error", [RunCancelled, RunBusy, KeyBusy, HandedBack])
def test_what_had_finished_is_kept_when_a_run_is_left(
    monkeypatch: pytest.MonkeyPatch, error: type[ServiceError]
) -> None:
    @contextmanager
    def start(_: object) -> Iterator[FakeRunning]:
        yield FakeRunning()

    monkeypatch.setattr(stage, "start", start)
    kept: list[SampleRecord] = []
    plan: Any = None
    progress = LeftAtThird(error("left"))
    with pytest.raises(error):
        stage.execute(plan, keep=kept.extend, progress=progress, budget_usd=None)
    assert kept == ANSWERS[:5]
