"""Right when each field of a JSON object is right."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

import jsonschema
from pydantic import Field, field_validator
from referencing import Registry

from evals.digest import canonical_json
from evals.scorers.base import Options, PureScorer, graded, ungraded, versioned
from evals.scorers.json_text import find_object, load_json
from evals.scorers.numerals import read_number
from evals.scorers.text import fold, normalise, squeeze

if TYPE_CHECKING:
    from evals.golden_set import Item
    from evals.scorers.scored import Scored

Compare = Literal["exact", "casefold", "number"]


class JsonFieldsOptions(Options):
    """Which fields are compared, and how; ``compare`` and ``unordered`` name dotted paths."""

    fields: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    compare: dict[str, Compare] = Field(default_factory=dict)
    default_compare: Compare = "exact"
    tolerance: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    unordered: bool | tuple[str, ...] = ()
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    strict: bool = False

    @field_validator("schema_")
    @classmethod
    def _is_a_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            jsonschema.Draft202012Validator.check_schema(schema or {})
        except jsonschema.SchemaError as problem:
            raise ValueError(f"not a JSON Schema: {problem.message}") from None
        return schema

    def same(self, wanted: Any, got: Any, path: str) -> bool:
        """Say whether ``got`` is right where ``wanted`` is expected, at a dotted ``path``."""
        if isinstance(wanted, dict):
            return self._same_object(wanted, got, path)
        if isinstance(wanted, list):
            return self._same_list(wanted, got, path)
        return self._same_scalar(wanted, got, self.compare.get(path, self.default_compare))

    def _same_object(self, wanted: dict[str, Any], got: Any, path: str) -> bool:
        if not isinstance(got, dict) or got.keys() != wanted.keys():
            return False
        return all(self.same(wanted[key], got[key], f"{path}.{key}") for key in wanted)

    def _same_list(self, wanted: list[Any], got: Any, path: str) -> bool:
        if not isinstance(got, list) or len(got) != len(wanted):
            return False
        if self.unordered is True or (self.unordered and path in self.unordered):
            return self._same_bag(wanted, got, path)
        return all(self.same(w, g, path) for w, g in zip(wanted, got, strict=True))

    def _same_bag(self, wanted: list[Any], got: list[Any], path: str) -> bool:
        left = list(got)
        for value in wanted:
            match = next((i for i, other in enumerate(left) if self.same(value, other, path)), None)
            if match is None:
                return False
            left.pop(match)
        return True

    def _same_scalar(self, wanted: Any, got: Any, compare: Compare) -> bool:
        if compare == "number":
            one, other = _as_number(wanted), _as_number(got)
            if one is None or other is None:
                return one is other and wanted == got
            return abs(one - other) <= Fraction(self.tolerance)
        if isinstance(wanted, bool) or isinstance(got, bool):
            return wanted is got
        if isinstance(wanted, str) and isinstance(got, str):
            return _words(wanted, compare) == _words(got, compare)
        return bool(wanted == got)


class JsonFields(PureScorer[JsonFieldsOptions]):
    """Compares the reply's object with the expected one, field by field."""

    name = "json_fields"
    version = versioned("1")
    options_type = JsonFieldsOptions

    def check(self, item: Item) -> None:
        """Raise `ScorerError` unless the one target is an object that would itself pass."""
        super().check(item)
        wanted = find_object(item.targets[0], strict=True)
        if len(item.targets) != 1 or not wanted:
            raise self.misfit(item, "needs one target, a JSON object", 'Write {"field": "value"}.')
        stray = [name for name in self.options.fields or () if name not in wanted]
        if stray:
            raise self.misfit(item, f"compares {stray[0]!r}, which the target lacks", "Add it.")
        problem = self._schema_problem(wanted)
        if problem:
            raise self.misfit(item, f"has a target against its schema: {problem}", "Correct one.")

    def grade(self, text: str, item: Item) -> Scored:
        """Grade the object in ``text`` by the share of its fields that are right."""
        got = find_object(text, strict=self.options.strict)
        if got is None:
            return ungraded(text, "no single JSON object was found in the reply")
        wanted = load_json(item.targets[0])
        names = self.options.fields or tuple(wanted)
        wrong = [n for n in names if n not in got or not self.options.same(wanted[n], got[n], n)]
        problem = self._schema_problem(got)
        checks = len(names) + (self.options.schema_ is not None)
        value = 1 - (len(wrong) + (problem is not None)) / checks
        parsed = canonical_json({name: got[name] for name in names if name in got})
        return graded(value, parsed, _reason(wrong, problem), passed=not wrong and problem is None)

    def _schema_problem(self, value: Any) -> str | None:
        if self.options.schema_ is None:
            return None
        # An empty registry: a schema's $ref never fetches anything.
        validator = jsonschema.Draft202012Validator(self.options.schema_, registry=Registry())
        problem = next(validator.iter_errors(value), None)
        return None if problem is None else str(problem.message)


def _reason(wrong: list[str], problem: str | None) -> str:
    parts = [f"wrong or missing: {', '.join(wrong)}"] if wrong else []
    parts += [f"against the schema: {problem}"] if problem else []
    return "; ".join(parts)


def _as_number(value: Any) -> Fraction | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Fraction(str(value))
    return read_number(normalise(value)) if isinstance(value, str) else None


def _words(text: str, compare: Compare) -> str:
    words = squeeze(normalise(text))
    return fold(words) if compare == "casefold" else words
