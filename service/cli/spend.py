"""``evals spend``: what a month has cost, and what is left of its budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import (
    AsJson,
    ConfigPath,
    find_config,
    open_keeper,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.table import Table

    from evals.budgets import Purse
    from service.store.spending import Spent


def spend(
    *,
    month: Annotated[
        str | None, typer.Option(help="YYYY-MM, in UTC; this month if not given.")
    ] = None,
    config_path: ConfigPath = None,
    as_json: AsJson = False,
) -> None:
    """Show what the runs of a month have cost, by endpoint and schedule, and what is left.

    A run counts in the month in which it was planned.
    """
    from evals.numbers import plural
    from service.db.session import reading
    from service.store.spending import month_of, purses, spent_between

    when = _moment(month)
    config, _ = find_config(config_path)
    begin, end = month_of(when)
    with reading(open_keeper().engine) as session:
        spent = spent_between(session, begin, end)
        budgets = purses(session, config.budgets, now=when)
    if as_json:
        print_json(_document(begin, spent, budgets))
        return
    if spent:
        print_table(_table(spent))
    else:
        typer.echo(f"No run was planned in {begin:%Y-%m}.")
    for purse in budgets:
        aside = f", {purse.reserved_usd:.2f} set aside for batches" if purse.reserved_usd else ""
        typer.echo(
            f"{purse.name}: {purse.spent_usd:.2f} of {purse.limit_usd:g} USD "
            f"({purse.share:.0%}){aside}, {purse.remaining_usd:.2f} left"
        )
    unpriced = sum(one.unpriced for one in spent)
    if unpriced:
        samples = plural(unpriced, "sample")
        typer.echo(f"The cost of {samples} is unknown, and in none of these sums.")


command = spend


def _moment(month: str | None) -> datetime:
    from datetime import UTC, datetime

    if month is None:
        return datetime.now(UTC)  # noqa: TID251 - the command line is where the clock is read
    try:
        return datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter(f"{month!r} is no month; write one such as 2026-11") from None


def _document(begin: datetime, spent: Sequence[Spent], budgets: Sequence[Purse]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "month": f"{begin:%Y-%m}",
        "known_usd": sum(one.known_usd for one in spent),
        "unpriced": sum(one.unpriced for one in spent),
        "spent": [asdict(one) for one in spent],
        "budgets": [
            {
                "scope": purse.scope,
                "of": purse.of,
                "limit_usd": purse.limit_usd,
                "spent_usd": purse.spent_usd,
                "reserved_usd": purse.reserved_usd,
                "remaining_usd": purse.remaining_usd,
                "unpriced": purse.unpriced,
            }
            for purse in budgets
        ],
    }


def _table(spent: Sequence[Spent]) -> Table:
    from rich.table import Table

    from evals.numbers import dollars

    table = Table(box=None, pad_edge=False)
    for heading in ("endpoint", "schedule"):
        table.add_column(heading)
    for heading in ("runs", "samples", "calls", "tokens in", "tokens out", "cost"):
        table.add_column(heading, justify="right")
    for one in spent:
        counts = (one.runs, one.samples, one.calls, one.input_tokens, one.output_tokens)
        whole = one.samples > one.unpriced or not one.unpriced
        table.add_row(
            one.endpoint,
            one.schedule or "by hand",
            *(f"{count:,}" for count in counts),
            dollars(one.known_usd) if whole else "unknown",
        )
    return table
