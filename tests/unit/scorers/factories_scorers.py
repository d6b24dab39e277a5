"""Items and gradings in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.scorers.registry import check_item, rescore

if TYPE_CHECKING:
    from evals.scorers.scored import Scored


def graded_item(scorer: str, *targets: str, **options: Any) -> Item:
    return Item(
        id="item-1",
        messages=(ChatMessage(role="user", content="Which one?"),),
        targets=targets,
        scorer=ScorerSpec(name=scorer, options=options),
    )


def grade(reply: str, scorer: str, *targets: str, **options: Any) -> Scored:
    item = graded_item(scorer, *targets, **options)
    check_item(item)
    return rescore(reply, item)


def passes(reply: str, scorer: str, *targets: str, **options: Any) -> bool | None:
    return grade(reply, scorer, *targets, **options).passed
