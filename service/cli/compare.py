"""``evals compare A B``: before a model swap, is B not worse than A?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.context import AsJson, ConfigPath, find_config, open_keeper, print_json, screen

if TYPE_CHECKING:
    from evals.swap import SwapReport

ENDINGS = (".md", ".json", ".txt")

OutputPath = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write the report: .md, .json or .txt.")
]


def compare(
    old: Annotated[str, typer.Argument(metavar="A", help="The endpoint in use.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The endpoint that may replace it.")],
    *,
    suite: Annotated[str | None, typer.Option(help="A suite or a golden set.")] = None,
    margin: Annotated[
        float, typer.Option(min=0.1, max=100, help="Points by which B may be worse.")
    ] = 3.0,
    reuse: Annotated[
        bool, typer.Option("--reuse", help="Take runs of the last 24 hours where there are any.")
    ] = False,
    epochs: Annotated[int | None, typer.Option(min=1, help="Ask each item so often.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first items.")] = None,
    config_path: ConfigPath = None,
    output: OutputPath = None,
    as_json: AsJson = False,
) -> None:
    """Ask both endpoints the same items in one window, and say whether B is safe.

    Exit codes: 0 safe, 1 not safe, 2 usage, 3 cannot tell.
    """
    from evals.errors import EvalsError
    from evals.swap import EXIT_CODES, print_swap, swap_document
    from service.cli.choosing import only
    from service.cli.progress import RunProgress, nothing_spent
    from service.stages.plan import Options
    from service.subject import resolve
    from service.swap import perform_both, plan_side, swap_report

    if output is not None and output.suffix not in ENDINGS:
        raise EvalsError(
            f"a comparison cannot be written as {output.name!r}",
            fix=f"Choose a name that ends in one of {', '.join(ENDINGS)}: pages and JUnit's .xml "
            "show one run against its baseline, as `evals runs show ID -o report.html` writes it.",
        )
    config, folders = find_config(config_path)
    suite = suite or only(config, "suite")
    options = Options(epochs=epochs, limit=limit)
    subjects = [resolve(config, endpoint=e, suite=suite, search_paths=folders) for e in (old, new)]
    keeper = open_keeper()
    first, second = (plan_side(keeper, one, options, reuse=reuse) for one in subjects)
    total = sum(side.run.planned_samples for side in (first, second) if not side.reused)
    with RunProgress(
        screen(stderr=True),
        total=total,
        label=f"{old} and {new}",
        spent_usd=nothing_spent(*subjects),
    ) as progress:
        perform_both(keeper, (first, second), progress)
    report = swap_report(keeper, (first, second), margin_points=margin)
    if output is not None:
        _write(report, output)
    if as_json:
        print_json(swap_document(report))
    else:
        print_swap(report, screen())
    raise typer.Exit(EXIT_CODES[report.verdict])


def _write(report: SwapReport, path: Path) -> None:
    from evals.errors import EvalsError
    from evals.swap import swap_json, swap_markdown, swap_text

    form = {".md": swap_markdown, ".json": swap_json, ".txt": swap_text}[path.suffix]
    text = form(report)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalsError(
            f"the report cannot be written: {error.strerror}",
            where=str(path),
            fix="Check the path.",
        ) from error


command = compare
