"""``evals runs rescore``: grade stored replies again, after a scorer or its parser changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, open_keeper, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.rescoring import Rescored


def rescore(
    run_ids: Annotated[
        list[str], typer.Argument(metavar="RUN...", help="Ids of runs, or their first characters.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Grade the stored replies of runs again with the scorers of today; nothing is asked.

    New grades are new rows, and comparisons use the newest. What two versions of a scorer graded is
    never compared: rescore the runs of the baseline too. Verdicts stay until a run is judged again.
    """
    from service.db.session import reading
    from service.rescoring import outdated_beside, rescore_run
    from service.store import runs

    keeper = open_keeper()
    with reading(keeper.engine) as session:
        named = dict.fromkeys(runs.get(session, run_id).id for run_id in run_ids)
    done = [rescore_run(keeper.engine, run_id) for run_id in named]
    with reading(keeper.engine) as session:
        beside = dict.fromkeys(one for it in done for one in outdated_beside(session, it.run))
    if as_json:
        print_json({"runs": [_document(one) for one in done], "outdated_beside": list(beside)})
        return
    for one in done:
        _print(one)
    _print_next(done, list(beside))


def _print(one: Rescored) -> None:
    from evals.numbers import plural

    if one.added:
        typer.echo(f"Run {one.run.id}: {plural(len(one.added), 'reply', 'replies')} graded again.")
        for words, count in _versions(one).items():
            typer.echo(f"  {words}: {plural(count, 'reply', 'replies')}")
        for words, count in _changes(one).items():
            typer.echo(f"  {words}: {plural(count, 'reply', 'replies')}")
        if not _changes(one):
            typer.echo("  no grade differs")
    else:
        typer.echo(f"Run {one.run.id}: nothing to rescore{_why(one)}.")
    for reason, count in one.left.items():
        typer.echo(f"  left as they are, {plural(count, 'reply', 'replies')}: {reason}")


def _why(one: Rescored) -> str:
    if one.left:
        return ""
    if one.regrading.current:
        return "; the scorers of today have graded every reply"
    return "; it holds no reply that was graded"


def _print_next(done: Sequence[Rescored], beside: Sequence[str]) -> None:
    if beside:
        typer.echo(
            "What two versions of a scorer graded is not compared. To grade both sides alike:\n"
            f"  evals runs rescore {' '.join(beside)}"
        )
    changed = [one.run.id for one in done if one.added]
    if changed:
        typer.echo("Verdicts are as they were; judge by the new grades with:")
    for run_id in changed:
        typer.echo(f"  evals judge --run {run_id}")


def _versions(one: Rescored) -> Counter[str]:
    return Counter(
        f"{it.after.scorer} {it.before.scorer_version or '(broke)'} -> {it.after.scorer_version}"
        for it in one.added
    )


def _changes(one: Rescored) -> Counter[str]:
    from evals.rescoring import grade_in_words

    return Counter(
        "the same grade of another answer"
        if grade_in_words(it.before) == grade_in_words(it.after)
        else f"{grade_in_words(it.before)} -> {grade_in_words(it.after)}"
        for it in one.added
        if it.differs
    )


def _document(one: Rescored) -> dict[str, Any]:
    return {
        "run": one.run.id,
        "graded_again": len(one.added),
        "grades_that_differ": dict(_changes(one)),
        "versions": dict(_versions(one)),
        "current": one.regrading.current,
        "left": dict(one.left),
    }
