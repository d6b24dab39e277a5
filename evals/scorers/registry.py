"""From the name in an item to the scorer; a scorer's module is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evals.errors import ScorerError

if TYPE_CHECKING:
    from evals.golden_set import Item, ScorerSpec
    from evals.scorers.base import BuiltScorer
    from evals.scorers.scored import Scored, Scorer

_PLACES = {
    "exact": ("exact", "Exact"),
    "choice": ("choice", "Choice"),
    "label": ("label", "Label"),
    "number": ("number", "Number"),
    "numbered": ("numbered", "Numbered"),
    "regex": ("pattern", "Regex"),
    "contains_all": ("contains", "ContainsAll"),
    "contains_any": ("contains", "ContainsAny"),
    "json_fields": ("json_fields", "JsonFields"),
    "instruction": ("instruction", "Instruction"),
    "code_tests": ("code_tests", "CodeTests"),
    "semantic": ("semantic", "Semantic"),
    "judge": ("judge", "Judge"),
}


def known_scorers() -> tuple[str, ...]:
    """Return the names that an item may use, in the order of docs/scorers.md."""
    return tuple(_PLACES)


def scorer_for(spec: ScorerSpec) -> Scorer:
    """Return the scorer that ``spec`` asks for.

    Raises:
        ScorerError: The name or an option is unknown or wrong; the message names the allowed ones.
    """
    return _built(spec)


def check_item(item: Item) -> None:
    """Prove that ``item`` can be graded: its scorer is known, its options and targets fit.

    Raises:
        ScorerError: It cannot be; ``where`` names the item where the targets are at fault.
    """
    _built(item.scorer).check(item)


def check_allowed(spec: ScorerSpec, sandbox: str) -> None:
    """Prove, before any call is made, that a suite with this sandbox may use the scorer, and can.

    It may start the sandbox to see: ask once for each scorer, not for each item.

    Raises:
        ScorerError: It runs model-written code and ``sandbox`` is ``none`` or cannot be had here,
            or it needs an extra that is not installed.
    """
    if spec.name == "semantic":
        from evals.scorers.semantic import check_installed

        check_installed()
    if spec.name == "code_tests":
        from evals.scorers.code_tests import check_sandbox

        check_sandbox(sandbox)


def rescore(text: str, item: Item) -> Scored:
    """Grade a stored reply again, without any model or sandbox.

    Raises:
        ScorerError: The item's scorer needs more than the text and the item.
    """
    from evals.scorers.base import PureScorer

    scorer = _built(item.scorer)
    if not isinstance(scorer, PureScorer):
        raise ScorerError(
            f"scorer {scorer.name!r} cannot grade a stored reply by itself",
            where=f"item {item.id!r}",
            fix="Run the suite again.",
        )
    return scorer.grade(text, item)


def _built(spec: ScorerSpec) -> BuiltScorer[Any]:
    from evals.scorers.base import parse_options

    if spec.name not in _PLACES:
        raise ScorerError(
            f"scorer {spec.name!r} is unknown", fix=f"Use one of: {', '.join(_PLACES)}."
        )
    module, class_name = _PLACES[spec.name]
    scorer_type: type[BuiltScorer[Any]] = getattr(
        import_module(f"evals.scorers.{module}"), class_name
    )
    return scorer_type(parse_options(scorer_type.options_type, spec))
