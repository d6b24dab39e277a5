"""``evals run``: ask, compare, judge; the exit code is the verdict."""

from __future__ import annotations

import typer

from service.cli.context import (
    AsJson,
    ConfigPath,
    ServerUrl,
    find_config,
    find_server,
    open_keeper,
)
from service.cli.measuring import measure_and_report
from service.cli.run_options import (
    Against,
    Bridge,
    BudgetUsd,
    DryRun,
    EndpointName,
    Epochs,
    Limit,
    MaxConnections,
    NoCompare,
    Now,
    OutputPath,
    Passes,
    SuiteName,
    refuse_beside_bridge,
)


def run(
    endpoint: EndpointName = None,
    *,
    suite: SuiteName = None,
    limit: Limit = None,
    epochs: Epochs = None,
    max_connections: MaxConnections = None,
    budget_usd: BudgetUsd = None,
    dry_run: DryRun = False,
    now: Now = False,
    no_compare: NoCompare = False,
    against: Against = None,
    bridge: Bridge = False,
    passes: Passes = None,
    config_path: ConfigPath = None,
    server: ServerUrl = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Run a suite against an endpoint and judge it against its baseline.

    With a baseline, few calls are made while nothing looks odd, and more where something does;
    what would page is confirmed by asking again, later the same day. --fixed keeps a plain plan.

    Exit codes: 0 ok or improved, 1 regressed or changed, 2 usage, 3 inconclusive or invalid,
    4 the pin is broken, 130 interrupted. With --bridge: 0 the series goes on, 1 the endpoint moved.
    """
    from service.cli.bridge import run_bridge
    from service.cli.choosing import only
    from service.cli.compare import compare
    from service.cli.estimates import show_estimate
    from service.cli.output import check_output_path
    from service.stages.plan import Options
    from service.subject import resolve

    if dry_run and output is not None:
        raise typer.BadParameter("--output has no place beside --dry-run, which asks nothing")
    narrows = {"--limit": limit, "--fixed": epochs, "--budget-usd": budget_usd, "--now": now}
    ends = {"--no-compare": no_compare, "--against": against, "--output": output}
    refuse_beside_bridge({**narrows, **ends}, bridge=bridge, passes=passes)
    client = find_server(server)
    if client is not None:
        from service.cli.remote import order_of, refuse_beside_server, run_on_server

        local = {"--dry-run": dry_run, "--now": now, "--against": against, "--bridge": bridge}
        refuse_beside_server({**local, "--config": config_path})
        if output is not None:
            check_output_path(output)
        wanted = {"limit": limit, "epochs": epochs, "max_connections": max_connections}
        with client:
            order = order_of(client, endpoint, suite, **wanted, budget_usd=budget_usd)
            run_on_server(client, order, no_compare=no_compare, output=output, as_json=as_json)
    config, folders = find_config(config_path)
    endpoint = endpoint or only(config, "endpoint")
    if against is not None:
        compare(
            against,
            endpoint,
            suite=suite,
            epochs=epochs,
            limit=limit,
            config_path=config_path,
            output=output,
            as_json=as_json,
        )
    if output is not None:
        check_output_path(output)
    suite = suite or only(config, "suite")
    subject = resolve(config, endpoint=endpoint, suite=suite, search_paths=folders)
    options = Options(
        limit=limit, epochs=epochs, max_connections=max_connections, budget_usd=budget_usd
    )
    if bridge:
        run_bridge(config, subject, options, passes=passes, dry_run=dry_run, as_json=as_json)
    if dry_run:
        show_estimate(subject, options, as_json=as_json)
        return
    from service.pipeline import new_run

    keeper = open_keeper()
    planned = new_run(keeper, subject, options)
    measure_and_report(
        keeper, subject, planned, no_compare=no_compare, output=output, as_json=as_json, now=now
    )


command = run
