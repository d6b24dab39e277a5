"""The bench's tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.context import print_table

if TYPE_CHECKING:
    from evals.bench.tables import Table


def print_titled(table: Table) -> None:
    """Print a table of ready words under its title."""
    import rich.table

    drawn = rich.table.Table(*table.header, title=table.title, title_justify="left")
    for row in table.rows:
        drawn.add_row(*row)
    print_table(drawn)
