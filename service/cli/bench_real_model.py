"""``evals bench real-model``: ten unchanged checks, a cheaper cache, a hidden instruction."""

from __future__ import annotations

import tempfile
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import staging
from service.cli.bench_tables import print_titled
from service.cli.context import AsJson, print_json

if TYPE_CHECKING:
    from evals.bench.real_model import RealCheck, RealModel
    from evals.report.view import RunReport
    from service.cli.staging import Stage
    from service.keeper import Keeper
    from service.subject import Subject


def real_model(
    *,
    passes: Annotated[int, typer.Option(min=2, max=100, help="Passes of the baseline.")] = 8,
    checks: Annotated[int, typer.Option(min=1, max=100, help="Unchanged checks.")] = 10,
    document: Annotated[
        Path | None,
        typer.Option("--write", help="Put the table between this document's markers."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a small real model that did not change, then the same name with silent changes.

    Forty calls a check on one thread: with the default figures about seven minutes of processor.
    """
    from evals.bench.document import check_document
    from evals.bench.real_model import BEGIN, END, real_model_table, write_real_model
    from evals.local_model import LocalModelConfig, weights_path

    weights_path(LocalModelConfig())
    if document is not None:
        check_document(document, begin=BEGIN, end=END)
    stage = staging.real_stage(staging.free_port())
    with tempfile.TemporaryDirectory(prefix="pinwatch-") as folder:
        keeper, subject = staging.prepare(Path(folder), stage, writer="bench real-model")
        measured = measure(stage, keeper, subject, passes=passes, checks=checks)
        keeper.engine.dispose()
    if document is not None:
        write_real_model(document, measured)
    if as_json:
        print_json(measured.document())
    else:
        print_titled(real_model_table(measured))


def measure(
    stage: Stage, keeper: Keeper, subject: Subject, *, passes: int, checks: int
) -> RealModel:
    """Bless ``passes``, make ``checks`` of the unchanged model, then one of each silent change.

    Raises:
        EngineError: The model does not start, or does not answer.
    """
    from evals.bench.real_model import UNCHANGED, RealModel

    with stage.serve({}):
        blessed = [
            staging.ask(keeper, subject, f"pass {number} of {passes}")
            for number in range(1, passes + 1)
        ]
        staging.bless(keeper, blessed, who="bench")
        unchanged = [
            staging.ask(keeper, subject, f"unchanged, {number} of {checks}")
            for number in range(1, checks + 1)
        ]
    found = [(UNCHANGED, report) for report in unchanged]
    for act in stage.acts:
        with stage.serve(act.behaviour):
            found.append((act.title.lower(), staging.ask(keeper, subject, act.title.lower())))
    return RealModel(
        passes=passes,
        level=found[0][1].comparison.alpha,
        checks=tuple(_check(behind, report) for behind, report in found),
    )


def _check(behind: str, report: RunReport) -> RealCheck:
    from evals.bench.real_model import RealCheck

    (task,) = report.comparison.tasks
    assert task.check is not None  # noqa: S101 - a baseline of the same items was blessed before
    assert task.answers is not None  # noqa: S101 - as above
    weeks = [one.p_week for memory in task.memory for one in (memory.fell, memory.rose)]
    known = [p for p in weeks if isfinite(p)]
    return RealCheck(
        behind=behind,
        verdict=report.verdict.kind.value,
        right=round((task.score.rate or 0.0) * task.score.n),
        items=task.planned,
        changed=len(task.answers.changed),
        p=float(min(task.check.p_drop, task.check.p_rise, task.answers.p_changed)),
        p_week=float(min(known)) if known else None,
    )
