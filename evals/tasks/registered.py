"""Our tasks under Inspect's own command line, for those who live there; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspect_ai import Task, task

from evals.engine.plan import PlannedSample
from evals.probes.registry import generate, probe_named
from evals.scorers.registry import check_allowed
from evals.scorers.scored import ScoringContext
from evals.shipped import find_golden_set
from evals.suite import Sandbox
from evals.tasks.golden import golden_task

if TYPE_CHECKING:
    from collections.abc import Callable


@task
def golden(name: str, folder: str | None = None, epochs: int = 1, sandbox: str = "none") -> Task:
    """Ask a golden set: ``inspect eval pinwatch/golden -T name=arithmetic --model ...``.

    Args:
        name: A shipped golden set, one in ``folder``, or the folder of one; ``name@version`` works.
        folder: A folder of golden sets of one's own.
        epochs: How often each item is asked; Inspect's own ``--epochs`` stays at 1.
        sandbox: Where model-written code may run: ``none``, ``subprocess`` or ``docker``.

    Raises:
        GoldenSetError: There is no such set.
        ScorerError: An item needs a sandbox that is not granted.
    """
    golden_set = find_golden_set(name, [Path(folder)] if folder else []).golden_set
    for spec in {item.scorer.name: item.scorer for item in golden_set.items}.values():
        check_allowed(spec, Sandbox(sandbox))
    samples = [
        PlannedSample(item=item, epoch=epoch)
        for epoch in range(1, epochs + 1)
        for item in golden_set.items
    ]
    return golden_task(
        golden_set.name,
        samples,
        system_prompt=None,
        context=ScoringContext(sandbox=sandbox),
        before_call=_at_once,
    )


def probe_task(name: str) -> Callable[..., Task]:
    """Return the Inspect task of a probe: ``inspect eval pinwatch/pushback --model ...``.

    It takes the probe's options as ``-T`` parameters, and ``sandbox`` as `golden` does.
    """

    def ask_probe(sandbox: str = "none", **options: Any) -> Task:
        generated = generate(name, options)
        for spec in {item.scorer.name: item.scorer for item in generated.items}.values():
            check_allowed(spec, Sandbox(sandbox))
        return golden_task(
            name,
            [
                PlannedSample(item=item, epoch=epoch)
                for epoch in range(1, probe_named(name).epochs + 1)
                for item in generated.items
            ],
            system_prompt=None,
            context=ScoringContext(sandbox=sandbox),
            before_call=_at_once,
        )

    ask_probe.__name__ = name
    ask_probe.__doc__ = probe_named(name).summary
    return task(ask_probe)


async def _at_once() -> None:
    """Leave the pace to Inspect's own switches."""
