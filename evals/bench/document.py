"""The published measurement: a record of figures, and the tables made from it in the document."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from evals.bench.figures import Mean, Median, Rate
from evals.bench.tables import detector_tables
from evals.errors import EvalsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from evals.bench.figures import Figure
    from evals.bench.tables import Table

BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"
BLOCK_SEEDS: Final = 6
"""A part small enough to be measured again by a test, and recorded beside the whole."""

_KINDS: Final[dict[str, Callable[..., Figure]]] = {"rate": Rate, "mean": Mean, "median": Median}


def record_path(document: Path) -> Path:
    """Return where the figures of a document are kept.

    >>> from pathlib import Path
    >>> record_path(Path("docs/statistics.md")).name
    'statistics-measured.json'
    """
    return document.with_name(f"{document.stem}-measured.json")


def to_json(figures: dict[str, Figure]) -> dict[str, dict[str, Any]]:
    """Return figures as JSON objects, each with its kind; inf is null."""
    return {
        key: {"kind": type(figure).__name__.lower()}
        | {name: None if value == float("inf") else value for name, value in asdict(figure).items()}
        for key, figure in figures.items()
    }


def from_json(document: dict[str, dict[str, Any]]) -> dict[str, Figure]:
    """Read figures back.

    >>> figures = {"a": Rate(hits=1, simulations=3)}
    >>> from_json(to_json(figures)) == figures
    True
    """
    return {key: _figure(**fields) for key, fields in document.items()}


def _figure(*, kind: str, **fields: Any) -> Figure:
    known = {name: float("inf") if value is None else value for name, value in fields.items()}
    return _KINDS[kind](**known)


def markdown(tables: tuple[Table, ...]) -> str:
    """Write tables as Markdown."""
    return "\n\n".join(
        "\n".join(
            (
                f"**{table.title}**",
                "",
                _line(table.header),
                _line(("---",) * len(table.header)),
                *(_line(row) for row in table.rows),
            )
        )
        for table in tables
    )


def write_measured(
    document: Path, *, seeds: int, figures: dict[str, Figure], block: dict[str, Figure]
) -> None:
    """Record the figures beside the document, and put their tables between its markers."""
    put(document, measured_part(seeds, figures), begin=BEGIN, end=END)
    record(
        document,
        {
            "seeds": seeds,
            "figures": to_json(figures),
            "block": {"seeds": BLOCK_SEEDS, "figures": to_json(block)},
        },
    )


def measured_part(seeds: int, figures: dict[str, Figure]) -> str:
    """Return what stands between the markers, markers included."""
    told = f"Measured by `evals bench detectors --seeds {seeds}`; 95 % Monte Carlo intervals."
    return f"{BEGIN}\n{told}\n\n{markdown(detector_tables(figures))}\n{END}"


def put(document: Path, part: str, *, begin: str, end: str) -> None:
    """Replace what stands between two markers, markers included, by ``part``."""
    before, _, rest = check_document(document, begin=begin, end=end).partition(begin)
    after = rest.partition(end)[2]
    document.write_text(f"{before}{part}{after}", encoding="utf-8")


def record(document: Path, figures: dict[str, Any]) -> None:
    """Keep the figures beside the document; those of other measurements stay."""
    path = record_path(document)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    words = json.dumps(kept | figures, indent=1, allow_nan=False)
    path.write_text(f"{words}\n", encoding="utf-8")


def check_document(document: Path, *, begin: str = BEGIN, end: str = END) -> str:
    """Return the document's text; an error when it has no place for the tables."""
    try:
        text = document.read_text(encoding="utf-8")
    except OSError as error:
        raise EvalsError(
            f"the document cannot be read: {error.strerror}", where=str(document)
        ) from error
    if text.count(begin) != 1 or text.count(end) != 1:
        raise EvalsError(
            "the document has no place for the tables",
            where=str(document),
            fix=f"Put the lines {begin} and {end} where they belong.",
        )
    return text


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
