from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evals.errors import ScorerError
from evals.golden_set import Item, ScorerSpec
from evals.scorers.registry import (
    check_allowed,
    check_item,
    known_scorers,
    rescore,
    scorer_for,
)
from tests.unit.scorers.factories_scorers import graded_item

GUIDE = Path(__file__).parents[3] / "docs" / "scorers.md"


def test_an_unknown_scorer_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        ScorerError, match=r"'numbr' is unknown. Use one of: exact, choice, label, number"
    ):
        scorer_for(ScorerSpec(name="numbr"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerence": 1}, "has no option 'tolerence'. It takes: answer, pick, tolerance"),
        ({"tolerance": "wide"}, "option 'tolerance' of scorer 'number' is wrong"),
        ({"tolerance": -1}, "option 'tolerance' of scorer 'number' is wrong"),
        ({"answer": "middle"}, "should be 'final', 'whole', 'first_line' or 'last_line'"),
        ({"tolerance": float("nan")}, "are not JSON values"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ScorerError, match=message):
        scorer_for(ScorerSpec(name="number", options=options))


def test_a_missing_option_is_named() -> None:
    with pytest.raises(ScorerError, match="scorer 'judge' needs the option 'rubric'"):
        scorer_for(ScorerSpec(name="judge"))


def test_an_item_without_a_target_is_an_error_that_names_it() -> None:
    with pytest.raises(ScorerError, match=r"needs a target .item 'item-1'."):
        check_item(graded_item("exact"))


def test_code_is_refused_before_any_call_unless_a_sandbox_is_granted() -> None:
    spec = ScorerSpec(name="code_tests")
    with pytest.raises(ScorerError, match="sandbox: subprocess"):
        check_allowed(spec, "none")
    check_allowed(spec, "subprocess")
    check_allowed(ScorerSpec(name="exact"), "none")


def test_only_pure_scorers_grade_stored_replies() -> None:
    with pytest.raises(ScorerError, match="cannot grade a stored reply by itself"):
        rescore("x", graded_item("judge", rubric="Be kind."))


def test_asking_for_the_names_loads_no_scorer() -> None:
    program = (
        "import sys, evals.scorers.registry as r; r.known_scorers();"
        "print(any(m in sys.modules for m in ('pydantic', 'jsonschema', 'inspect_ai')))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.strip() == "False"


def documented_items() -> list[Item]:
    items = []
    for line in re.findall(r"^\{\"id\".*$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE):
        document = json.loads(line)
        scorer = document["scorer"]
        target = document["target"]
        targets = [target] if isinstance(target, str) else target
        items.append(graded_item(scorer.pop("type"), *targets, **scorer))
    return items


def test_the_guide_shows_an_item_that_works_for_every_scorer() -> None:
    for item in documented_items():
        check_item(item)
    assert {item.scorer.name for item in documented_items()} == set(known_scorers())


def test_the_guide_names_every_option() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for name in known_scorers():
        spec = next(item.scorer for item in documented_items() if item.scorer.name == name)
        fields = type(scorer_for(spec)).options_type.model_fields  # type: ignore[attr-defined]
        assert all(f"`{field.alias or option}`" in guide for option, field in fields.items())
