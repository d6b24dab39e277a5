"""A golden set as a promptfoo configuration, where an assertion of theirs says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from evals.golden.problems import Problems

if TYPE_CHECKING:
    from evals.golden_set import GoldenSet, Item


def promptfoo_text(golden_set: GoldenSet) -> str:
    """Return the configuration: one test an item, its prompt in the variable ``prompt``.

    Raises:
        GoldenSetError: With the items whose scorer has no counterpart.
    """
    problems = Problems()
    tests = [_test(item, problems) for item in golden_set.items]
    problems.raise_any("promptfoo cannot say what this set says")
    config = {
        "description": f"{golden_set.name} {golden_set.version}",
        "prompts": ["{{prompt}}"],
        "tests": tests,
    }
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True, width=100)


def _test(item: Item, problems: Problems) -> dict[str, Any]:
    assertion = _assertion(item)
    if assertion is None:
        what = f"scorer {item.scorer.name!r} with its options has no counterpart in promptfoo"
        fix = "Export as jsonl, or leave the item out."
        problems.add(what, where=f"item {item.id!r}", fix=fix)
    prompt = _prompt(item)
    if "{{" in prompt or "{%" in prompt or "{#" in prompt:
        what = "the input holds braces that promptfoo would run as a template"
        problems.add(what, where=f"item {item.id!r}", fix="Export as jsonl, or leave the item out.")
    return {"description": item.id, "vars": {"prompt": prompt}, "assert": [assertion]}


def _prompt(item: Item) -> str:
    if len(item.messages) == 1 and item.messages[0].role == "user":
        return item.messages[0].content
    turns = [{"role": turn.role, "content": turn.content} for turn in item.messages]
    return json.dumps(turns, ensure_ascii=False)


def _assertion(item: Item) -> dict[str, Any] | None:
    options = dict(item.scorer.options)
    whole = options.pop("answer", "final") == "whole"
    if item.scorer.name == "judge" and set(options) == {"rubric"}:
        return {"type": "llm-rubric", "value": options["rubric"]}
    if not whole:
        return None
    if item.scorer.name == "regex" and options.pop("mode", "") == "search":
        return (
            {"type": "regex", "value": options["pattern"]} if set(options) == {"pattern"} else None
        )
    if item.scorer.name in ("contains_all", "contains_any"):
        return _containment(item, options)
    return _one_target(item, options)


def _containment(item: Item, options: dict[str, Any]) -> dict[str, Any] | None:
    kind = item.scorer.name.replace("_", "-")
    cased = options.pop("case_sensitive", False)
    return None if options else {"type": kind if cased else f"i{kind}", "value": list(item.targets)}


def _one_target(item: Item, options: dict[str, Any]) -> dict[str, Any] | None:
    if len(item.targets) != 1:
        return None
    literal = {"case_sensitive": True, "strip_punctuation": False}
    if item.scorer.name == "exact" and options == literal:
        return {"type": "equals", "value": item.targets[0]}
    if item.scorer.name == "semantic" and set(options) <= {"threshold"}:
        return {"type": "similar", "value": item.targets[0], **options}
    return None
