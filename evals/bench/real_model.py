"""What was said of a real model that stayed the same, and of one that changed behind its name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from evals.bench.document import markdown, put, record
from evals.bench.tables import Table
from evals.numbers import bare_p_value, plural

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BEGIN: Final = "<!-- measured on the real model: begin -->"
END: Final = "<!-- measured on the real model: end -->"
UNCHANGED: Final = "nothing"
KEY: Final = "real_model"
_SILENT: Final = ("ok", "inconclusive", "improved")


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCheck:
    """One check of the real model.

    Attributes:
        behind: What had changed behind the name.
        verdict: What was said.
        right: Right answers.
        items: Items asked.
        changed: Items whose answer was not the usual one.
        p: The smallest p-value of the check: lower, higher or changed.
        p_week: The smallest of its memory; None where it has none.
    """

    behind: str
    verdict: str
    right: int
    items: int
    changed: int
    p: float
    p_week: float | None

    @property
    def silent(self) -> bool:
        """Whether nobody was told of a change for the worse."""
        return self.verdict in _SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class RealModel:
    """A measurement: ``passes`` of baseline, then the checks in their order.

    ``level`` is what a p-value has to reach where the check stands alone.
    """

    passes: int
    level: float
    checks: tuple[RealCheck, ...]

    def document(self) -> dict[str, Any]:
        """Return the measurement as JSON values.

        >>> measured = RealModel(passes=8, level=0.0064, checks=())
        >>> RealModel.read(measured.document()) == measured
        True
        """
        return {
            "passes": self.passes,
            "level": self.level,
            "checks": [asdict(one) for one in self.checks],
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> RealModel:
        """Undo `document`."""
        checks = tuple(RealCheck(**one) for one in document["checks"])
        return cls(passes=document["passes"], level=document["level"], checks=checks)

    def of(self, behind: str) -> tuple[RealCheck, ...]:
        """Return the checks of one state of the endpoint."""
        return tuple(one for one in self.checks if one.behind == behind)


def real_model_table(measured: RealModel) -> Table:
    """Return one row for each state of the endpoint."""
    states = dict.fromkeys(one.behind for one in measured.checks)
    return Table(
        title=f"A real model of 135 million parameters, {plural(measured.passes, 'pass', 'passes')}"
        " of baseline",
        header=("what changed", "checks", "said", "right", "answers changed", "p", "p with memory"),
        rows=tuple(_row(state, measured.of(state), measured.level) for state in states),
    )


def real_model_part(measured: RealModel) -> str:
    """Return what stands between the markers, markers included."""
    unchanged = len(measured.of(UNCHANGED))
    told = (
        f"Measured by `evals bench real-model --passes {measured.passes} --checks {unchanged}`; "
        f"alone, a check speaks at p < {measured.level:.4f}."
    )
    return f"{BEGIN}\n{told}\n\n{markdown((real_model_table(measured),))}\n{END}"


def write_real_model(document: Path, measured: RealModel) -> None:
    """Record the measurement beside the document, and put its table between its markers."""
    put(document, real_model_part(measured), begin=BEGIN, end=END)
    record(document, {KEY: measured.document()})


def _row(state: str, checks: Sequence[RealCheck], level: float) -> tuple[str, ...]:
    said = [one.verdict for one in checks]
    weeks = [one.p_week for one in checks if one.p_week is not None]
    return (
        state,
        str(len(checks)),
        ", ".join(f"{said.count(word)} {word}" for word in dict.fromkeys(said)),
        f"{_span([one.right for one in checks])} of {checks[0].items}",
        f"{_span([one.changed for one in checks])} of {checks[0].items}",
        bare_p_value(min(one.p for one in checks), alpha=level),
        bare_p_value(min(weeks), alpha=level) if weeks else "-",
    )


def _span(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"
