"""``evals golden``: list, check, compare, import, export and publish golden sets."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.golden.folder import GoldenFolder
    from evals.golden_set import ScorerSpec

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Golden sets: the versioned questions that are asked.",
)

DIFFERS = 1
BAD_INPUT = 2

Sets = Annotated[
    list[Path] | None,
    typer.Option(
        "--sets", help="Folder of golden sets, instead of evals.yaml's; the shipped ones come last."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="Name, name@version, or the folder of a golden set.")]


@app.command("list")
def list_sets(*, sets: Sets = None, as_json: AsJson = False) -> None:
    """List the golden sets in sight."""
    from evals.shipped import known_golden_sets
    from service.cli.golden_sources import search_paths
    from service.cli.golden_views import list_document, list_table

    with _told():
        known = known_golden_sets(search_paths(sets))
    rows = []
    for name, path in known.items():
        folder, fault = _read_or_fault(path)
        rows.append(list_document(name, folder, fault))
    if as_json:
        _print_json(rows)
    else:
        from rich.console import Console

        Console().print(list_table(rows))


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names or folders; all if none.")
    ] = None,
    *,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Check that sets can be read and that published versions are what was published."""
    from evals.golden.publishing import publication_faults
    from evals.shipped import golden_set_path, known_golden_sets
    from service.cli.golden_sources import search_paths
    from service.cli.golden_views import check_document, check_line

    with _told():
        roots = search_paths(sets)
        known = known_golden_sets(roots)
        paths = {name: golden_set_path(name, roots) for name in names} if names else known
    outcomes = []
    for name, path in paths.items():
        folder, fault = _read_or_fault(path)
        faults = [fault] if fault else list(publication_faults(folder)) if folder else []
        outcomes.append(check_document(name, folder, faults))
    if as_json:
        _print_json(outcomes)
    else:
        for outcome in outcomes:
            typer.echo(check_line(outcome))
    if not all(outcome["ok"] for outcome in outcomes):
        raise typer.Exit(DIFFERS)


@app.command()
def digest(name: Name, *, sets: Sets = None, as_json: AsJson = False) -> None:
    """Print the digest of a set, the address of its content."""
    from service.cli.golden_sources import named_golden_set

    with _told():
        golden_set = named_golden_set(name, sets)
    if as_json:
        items = {item.id: item.content_digest for item in golden_set.items}
        head = {"name": golden_set.name, "version": golden_set.version}
        _print_json({**head, "digest": golden_set.digest, "items": items})
    else:
        typer.echo(f"{golden_set.digest}  {golden_set.name}@{golden_set.version}")


@app.command()
def diff(old: Name, new: Name, *, sets: Sets = None, as_json: AsJson = False) -> None:
    """Name the items that were added, removed or changed from OLD to NEW; exit 1 if any."""
    from evals.golden_set import diff as difference_of
    from service.cli.golden_sources import named_golden_set
    from service.cli.golden_views import diff_document, diff_lines

    with _told():
        before, after = named_golden_set(old, sets), named_golden_set(new, sets)
    difference = difference_of(before, after)
    if as_json:
        _print_json(diff_document(difference))
    else:
        typer.echo("\n".join(diff_lines(before, after, difference)))
    if not difference.is_empty:
        raise typer.Exit(DIFFERS)


@app.command("import")
def import_set(
    source: Annotated[str, typer.Argument(help="File, folder, or Hugging Face data set.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the new golden set.")],
    form: Annotated[
        str,
        typer.Option(
            "--format", help="jsonl, csv, parquet, huggingface, promptfoo, openai-evals, or auto."
        ),
    ] = "auto",
    input_column: Annotated[str | None, typer.Option(help="Column of the question.")] = None,
    target_column: Annotated[str | None, typer.Option(help="Column of the answer.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Column of the id.")] = None,
    tags_column: Annotated[str | None, typer.Option(help="Column of the tags.")] = None,
    scorer: Annotated[
        str, typer.Option(help="Scorer of rows that name none: a name, or JSON with type.")
    ] = "exact",
    instruction: Annotated[
        str | None,
        typer.Option(
            help="Added to each question; by default what the scorer needs, '' adds none."
        ),
    ] = None,
    version: Annotated[str, typer.Option(help="Version label of the new set.")] = "1.0.0",
    split: Annotated[str | None, typer.Option(help="Split of a Hugging Face data set.")] = None,
    subset: Annotated[str | None, typer.Option(help="Its configuration.")] = None,
    into: Annotated[Path | None, typer.Option(help="Folder that will hold the set.")] = None,
) -> None:
    """Import a golden set; nothing is written unless every row is right."""
    from evals.golden.importing.folder import import_golden_set
    from evals.golden.importing.source import Columns, ImportSource
    from service.cli.golden_sources import search_paths
    from service.cli.golden_views import imported_lines

    columns = Columns(input=input_column, target=target_column, id=id_column, tags=tags_column)
    with _told():
        imported = import_golden_set(
            ImportSource(location=source, columns=columns, split=split, subset=subset),
            name=name,
            version=version,
            into=into or search_paths(None)[0],
            scorer=_scorer(scorer),
            form=None if form == "auto" else form,
            instruction=instruction,
        )
    typer.echo("\n".join(imported_lines(imported)))


@app.command()
def export(
    name: Name,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    form: Annotated[
        str, typer.Option("--format", help="jsonl, csv, parquet, openai-evals or promptfoo.")
    ] = "jsonl",
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    sets: Sets = None,
) -> None:
    """Export a golden set to one file; JSON Lines reads back to the same digest."""
    from evals.errors import GoldenSetError
    from evals.golden.exporting import exported
    from evals.golden.writing import replace_file
    from service.cli.golden_sources import named_golden_set

    with _told():
        content = exported(named_golden_set(name, sets), form)
        if output.exists() and not force:
            fix = "Choose another file, or say --force."
            raise GoldenSetError("the file exists already", where=str(output), fix=fix)
        replace_file(output, content)
    typer.echo(f"Wrote {output}")


@app.command()
def publish(name: Name, *, sets: Sets = None) -> None:
    """Bind the set's current version to its digest for good, in its manifest."""
    from evals.golden.folder import MANIFEST_FILE
    from evals.golden.publishing import published_text
    from evals.golden.writing import replace_file
    from evals.shipped import find_golden_set
    from service.cli.golden_sources import search_paths

    with _told():
        folder = find_golden_set(name, search_paths(sets))
        manifest = folder.path / MANIFEST_FILE
        text = manifest.read_bytes().decode()
        new = published_text(text, folder)
        if new != text:
            replace_file(manifest, new.encode())
    golden_set = folder.golden_set
    done = "Published" if new != text else "Already published:"
    typer.echo(f"{done} {golden_set.name} {golden_set.version} as {golden_set.digest}")


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error that people can act on into its message and exit code 2."""
    from evals.errors import EvalsError

    try:
        yield
    except EvalsError as error:
        typer.echo(f"evals: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from error


def _read_or_fault(path: Path) -> tuple[GoldenFolder | None, Any]:
    from evals.errors import EvalsError
    from evals.golden.folder import read_golden_folder

    try:
        return read_golden_folder(path), None
    except EvalsError as error:
        return None, error


def _scorer(text: str) -> ScorerSpec:
    from evals.golden.item import scorer_from_text

    return scorer_from_text(text, where="option --scorer")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
