"""``evals judge``: judge a stored run again, under the policy of today or another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, ConfigPath, find_config, open_keeper, print_json

if TYPE_CHECKING:
    from evals.policy import Policy


def judge(
    *,
    run_id: Annotated[str, typer.Option("--run", help="A run's id, or its first characters.")],
    policy_name: Annotated[
        str | None,
        typer.Option("--policy", help="A policy of evals.yaml; that of the run's suite if absent."),
    ] = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Judge a stored run again and keep the verdict as a new row; nothing is asked.

    Earlier verdicts stay. What differs from the newest of them is printed; the exit code is 0
    whatever the verdict.
    """
    from datetime import UTC, datetime

    from evals.report.document import document
    from service.db.session import reading
    from service.replaying import differences, stored_policy
    from service.stages.judge import judge_run
    from service.store import runs, verdicts
    from service.thresholds import advertised_tokens, alias_allowed, policy_of

    keeper = open_keeper()
    config, _ = find_config(config_path)
    with reading(keeper.engine) as session:
        run = runs.get(session, run_id)
        policy = config.policy(policy_name) if policy_name else policy_of(session, config, run)
        moves = alias_allowed(session, config, run)
        before = verdicts.latest(session, run.id)
        old = stored_policy(session, before.verdict.policy_digest) if before else None
    report = judge_run(
        keeper.engine,
        run.id,
        policy=policy,
        alias_allowed=moves,
        now=datetime.now(UTC),  # noqa: TID251 - a command line may read the clock
        advertised_tokens=advertised_tokens(config, run),
    )
    found = (*_policy_changes(old, policy), *_verdict_changes(before, report, differences))
    if as_json:
        print_json({"differences": list(found), "report": document(report)})
        return
    typer.echo(f"Run {run.id}: {report.verdict.kind.value}")
    for reason in report.verdict.reasons:
        typer.echo(f"  {reason}")
    typer.echo("\n".join(["What differs:", *(f"  {one}" for one in found)]) if found else _SAME)


_OF_RUN = "the series of this run alone (evals.yaml here watches none)"
_SAME = "Nothing differs from the verdict before."


def _verdict_changes(before: Any, report: Any, differences: Any) -> tuple[str, ...]:
    if before is None:
        return ("there was no verdict before",)
    found: tuple[str, ...] = differences(before.verdict, report.verdict)
    return found


def _policy_changes(old: Policy | None, new: Policy) -> tuple[str, ...]:
    if old is None:
        return ()
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return tuple(
        _shared(before[name], after[name])
        if name == "series"
        else f"policy {name}: was {before[name]}, is {after[name]}"
        for name in after
        if before[name] != after[name]
    )


def _shared(before: int | None, after: int | None) -> str:
    """Say by how many series the budget of false pages was shared, and is."""
    then, now = (_OF_RUN if count is None else f"{count} series" for count in (before, after))
    return f"the policy's budget of false pages was shared by {then}, and is by {now}"


command = judge
