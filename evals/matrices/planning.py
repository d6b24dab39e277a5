"""What a suite can see, and what it takes to see a drop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from evals import numbers
from evals.report.text_lines import Room, line, paragraph
from evals.stats.mde import Plan, items_needed, power_at, smallest_detectable_drop
from evals.stats.reference import ENOUGH_ITEMS, ENOUGH_PASSES

if TYPE_CHECKING:
    from rich.console import Console

_DROPS: Final = (0.01, 0.02, 0.03, 0.05, 0.10)
_EPOCHS: Final = (1, 2, 3, 4, 6, 8)
_FEWEST_PASSES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one check can see.

    Attributes:
        smallest_drop: Found with 80 % power, a fraction; None when no drop is.
        power: Chance of finding each drop, by its size as a fraction.
        notes: What the formula does not know.
    """

    plan: Plan
    alpha: float
    smallest_drop: float | None
    power: dict[float, float]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What it takes to see a drop with 80 % power: items, by how often a run asks each."""

    plan: Plan
    alpha: float
    drop: float
    items: dict[int, int]
    notes: tuple[str, ...]


def sight(plan: Plan, *, alpha: float) -> Sight:
    """Say what ``plan`` can see in one check at ``alpha``.

    >>> seen = sight(Plan(items=150, epochs=4, passes=16, noise=0.03), alpha=1 / 260)
    >>> round(seen.smallest_drop, 3), round(seen.power[0.05], 2)
    (0.03, 1.0)
    """
    smallest = smallest_detectable_drop(plan, alpha=alpha)
    return Sight(
        plan=plan,
        alpha=alpha,
        smallest_drop=smallest if smallest < 1 else None,
        power={drop: power_at(plan, drop, alpha=alpha) for drop in _DROPS},
        notes=(*_notes(plan), *_too_few_items(plan)),
    )


def need(plan: Plan, *, drop: float, alpha: float) -> Need:
    """Say how many items see ``drop``, a fraction, asked once, twice and so on in each run.

    >>> plan = Plan(items=1, epochs=1, passes=16, noise=0.017)
    >>> need(plan, drop=0.05, alpha=1 / 260).items[4]
    41
    """
    items = {
        epochs: max(ENOUGH_ITEMS, items_needed(replace(plan, epochs=epochs), drop, alpha=alpha))
        for epochs in _EPOCHS
    }
    return Need(plan=plan, alpha=alpha, drop=drop, items=items, notes=_notes(plan))


def sight_document(seen: Sight) -> dict[str, Any]:
    """Return what a suite can see as JSON values; drops are fractions."""
    return {
        **_plan_document(seen.plan, seen.alpha),
        "items": seen.plan.items,
        "epochs": seen.plan.epochs,
        "smallest_drop": seen.smallest_drop,
        "power": [{"drop": drop, "power": power} for drop, power in seen.power.items()],
        "notes": list(seen.notes),
    }


def need_document(needed: Need) -> dict[str, Any]:
    """Return what a drop takes as JSON values; the drop is a fraction."""
    return {
        **_plan_document(needed.plan, needed.alpha),
        "drop": needed.drop,
        "sizes": [
            {"epochs": epochs, "items": items, "calls": epochs * items}
            for epochs, items in needed.items.items()
        ],
        "notes": list(needed.notes),
    }


def print_sight(seen: Sight, console: Console) -> None:
    """Print the smallest drop first, then the chance of finding larger and smaller ones."""
    plan = seen.plan
    smallest = "no drop" if seen.smallest_drop is None else numbers.size(seen.smallest_drop)
    head = (
        f"{numbers.plural(plan.items, 'item')} x {numbers.plural(plan.epochs, 'epoch')} against "
        f"{numbers.plural(plan.passes, 'pass', 'passes')} see {smallest} 4 times in 5"
    )
    _print_head(head, plan, seen.alpha, console)
    for drop, power in seen.power.items():
        console.print(line(f"  {numbers.size(drop):>11}  found in {_share(power)} of checks"))
    _print_notes(seen.notes, console)


def print_need(needed: Need, console: Console) -> None:
    """Print how many items see the drop, for each number of epochs."""
    head = f"To see a drop of {numbers.size(needed.drop)} 4 times in 5, one check asks"
    _print_head(head, needed.plan, needed.alpha, console)
    for epochs, items in needed.items.items():
        words = f"  {items:>9,} items x {epochs} = {items * epochs:,} calls"
        console.print(line(words))
    _print_notes(needed.notes, console)


def _share(power: float) -> str:
    return "> 99 %" if power > 0.99 else f"{100 * power:4.0f} %"


def _plan_document(plan: Plan, alpha: float) -> dict[str, Any]:
    return {"passes": plan.passes, "vbar": plan.noise, "rho": plan.rho, "alpha": alpha}


def _print_head(head: str, plan: Plan, alpha: float, console: Console) -> None:
    room = Room(width=console.width)
    given = (
        f"Item noise vbar {plan.noise:g}, rho {plan.rho:g}, baseline of "
        f"{numbers.plural(plan.passes, 'pass', 'passes')}, alpha {numbers.level(alpha)}"
    )
    lines = [*paragraph(head, room, style="bold"), *paragraph(given, room, style="dim")]
    for part in lines:
        console.print(part, crop=False)


def _print_notes(notes: tuple[str, ...], console: Console) -> None:
    for note in notes:
        for part in paragraph(f"Note: {note}", Room(width=console.width), style="dim"):
            console.print(part, crop=False)


def _notes(plan: Plan) -> tuple[str, ...]:
    if plan.passes < _FEWEST_PASSES:
        return ("one pass of baseline sees nothing short of a collapse; collect 16",)
    if plan.passes < ENOUGH_PASSES:
        return (f"with fewer than {ENOUGH_PASSES} passes a check sees less than this says",)
    return ()


def _too_few_items(plan: Plan) -> tuple[str, ...]:
    if plan.items >= ENOUGH_ITEMS:
        return ()
    return (f"fewer than {ENOUGH_ITEMS} items see nothing short of a collapse",)
