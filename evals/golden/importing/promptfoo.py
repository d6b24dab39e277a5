"""promptfoo configurations: prompts x tests, variables filled in as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.golden.importing.promptfoo_asserts import PASSED_OVER, AssertError, scoring_of
from evals.golden.importing.promptfoo_prompts import PromptError, filled_prompt, prompt_templates
from evals.golden.importing.promptfoo_template import TemplateError, combinations, fill_all
from evals.golden.importing.source import ImportedRow, unreadable
from evals.golden.yaml import parse_yaml_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evals.golden.importing.source import ImportLog, ImportSource
    from evals.yaml_source import YamlSource

_READ_KEYS = ("prompts", "tests", "defaultTest", "scenarios")
_TEST_KEYS = ("vars", "assert", "description")
_TEST_KEYS_PASSED_OVER = ("metadata", "threshold")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Test:
    where: str
    variables: Mapping[str, Any]
    asserts: list[Any]
    description: str


def promptfoo_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield one row for each test, prompt and combination of variables, in that order.

    Whatever has no counterpart (scenarios, code, transforms, most assertions) is noted as a
    problem with the line of its test.

    Raises:
        GoldenSetError: When the file cannot be read.
    """
    try:
        text = source.path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(source, error, "Check the path; the file must be UTF-8.") from error
    config = parse_yaml_mapping(text, file=source.location, problems=log.problems)
    if config is None:
        return
    log.ignored.update(dict.fromkeys(str(key) for key in config.data if key not in _READ_KEYS))
    templates = _templates(config, source.path.parent, log)
    for test in _tests(config, log):
        yield from _rows(test, templates, log)


def _templates(config: YamlSource, folder: Path, log: ImportLog) -> list[str]:
    where = config.place(("prompts",))
    if "prompts" not in config.data:
        log.problems.add("prompts is missing", where=where, fix="Add at least one prompt.")
        return []
    try:
        return list(prompt_templates(config.data["prompts"], folder))
    except PromptError as error:
        log.problems.add(str(error), where=where, fix="Write the prompt as text.")
        return []


def _tests(config: YamlSource, log: ImportLog) -> Iterator[_Test]:
    if "scenarios" in config.data:
        where = config.place(("scenarios",))
        fix = "Write them out under tests."
        log.problems.add("scenarios have no counterpart", where=where, fix=fix)
    default = config.data.get("defaultTest") or {}
    tests = config.data.get("tests")
    if not isinstance(tests, list) or not isinstance(default, dict):
        where = config.place(("tests",))
        fix = "Write the tests as a list in this file; import a CSV of tests as CSV."
        log.problems.add("tests is not a list of tests", where=where, fix=fix)
        return
    for number, entry in enumerate(tests):
        where = f"{config.name}:{config.line(('tests', number))}"
        test = _test(entry, default, where, log)
        if test is not None:
            yield test


def _test(entry: Any, default: Mapping[str, Any], where: str, log: ImportLog) -> _Test | None:
    parts = [default, entry]
    if not all(_is_plain(part) for part in parts):
        fix = "Write vars as a mapping and assert as a list of mappings."
        log.problems.add("the test is not a plain one", where=where, fix=fix)
        return None
    if not _keys_are_read(parts, where, log):
        return None
    return _Test(
        where=where,
        variables={**(default.get("vars") or {}), **(entry.get("vars") or {})},
        asserts=[*(default.get("assert") or []), *(entry.get("assert") or [])],
        description=str(entry.get("description") or ""),
    )


def _keys_are_read(parts: list[Mapping[str, Any]], where: str, log: ImportLog) -> bool:
    before = len(log.problems)
    for key in dict.fromkeys(key for part in parts for key in part):
        if key in _TEST_KEYS_PASSED_OVER:
            log.ignored[f"tests.{key}"] = None
        elif key not in _TEST_KEYS:
            what = f"key {key!r} of the test has no counterpart"
            log.problems.add(what, where=f"{where}, field {key}", fix="Remove it, or the test.")
    return len(log.problems) == before


def _is_plain(part: Any) -> bool:
    if not isinstance(part, dict) or not isinstance(part.get("vars") or {}, dict):
        return False
    asserts = part.get("assert") or []
    return isinstance(asserts, list) and all(isinstance(one, dict) for one in asserts)


def _rows(test: _Test, templates: list[str], log: ImportLog) -> Iterator[ImportedRow]:
    try:
        for key in PASSED_OVER:
            if any(key in part for part in test.asserts):
                log.ignored[f"assert.{key}"] = None
        for template in templates:
            for values in combinations(test.variables):
                scoring = scoring_of(fill_all(test.asserts, values))
                sent = {"input": filled_prompt(template, values)}
                notes = {"notes": test.description}
                yield ImportedRow(where=test.where, document={**sent, **scoring, **notes})
    except AssertError as error:
        fix = "Keep one assertion that has a counterpart, or leave the test out."
        log.problems.add(str(error), where=f"{test.where}, field assert", fix=fix)
    except TemplateError as error:
        fix = "Only {{name}} with a plain value under vars can be filled in."
        log.problems.add(str(error), where=f"{test.where}, field vars", fix=fix)
