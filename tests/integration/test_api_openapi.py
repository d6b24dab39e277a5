"""The document that describes the API is valid, complete, and its examples are true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource

from service.api.app import document
from tests.databases import opened
from tests.integration.api_factories import an_api

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def described(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with opened(f"sqlite:///{sqlite_template}") as engine:
        return document(an_api(engine, tmp_path_factory.mktemp("api")).app)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def test_every_schema_is_one(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    for schema in described["components"]["schemas"].values():
        validator_for(schema, default=Draft202012Validator).check_schema(schema)


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    resolver = Registry().with_resource("", Resource.opaque(described)).resolver()
    found = list(references(described))
    assert found
    for reference in found:
        assert resolver.lookup(reference).contents


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_example_fits_its_schema(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    shown = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert len(shown) >= 15
    for name, examples in shown.items():
        validator = Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": described["components"]},
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for example in examples:
            validator.validate(example)


def test_examples_say_everything_that_is_answered(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        for example in schema.get("examples", []):
            left_out = set(schema.get("required", [])) - set(example)
            assert not left_out, name


def test_every_body_and_every_answer_of_one_thing_has_an_example(
    described: dict[str, Any],
) -> None:
    schemas = described["components"]["schemas"]
    for name, operation in operations(described):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        answers = [one.get("content", {}) for one in operation["responses"].values()]
        wanted = [body, *(content for one in answers for content in one.values())]
        for reference in {
            ref for one in wanted for ref in [one.get("schema", {}).get("$ref")] if ref
        }:
            shape = reference.rsplit("/", 1)[-1]
            assert shape.startswith("Page_") or "examples" in schemas[shape], (name, shape)


def test_every_operation_says_what_it_does_and_how_it_fails(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(names) == len(set(names))
    for name, operation in operations(described):
        assert operation["description"], name
        for status in ("4XX", "5XX"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
