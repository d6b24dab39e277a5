"""What all shapes share: frozen, and told apart from what a stranger sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class Shape(BaseModel):
    """An answer. A client passes over fields that a newer server adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Order(BaseModel):
    """A request's body. A field that is not known is refused, not passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def shown(example: dict[str, Any]) -> ConfigDict:
    """Return what gives a shape its example in the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Page(Shape, Generic[T]):
    """Some of a list.

    Attributes:
        next: Ask with ``cursor=`` this for what follows; null on the last page.
    """

    items: tuple[T, ...]
    next: str | None = None


def examples() -> dict[str, list[Any]]:
    """Return the examples of every shape that was imported, by its name."""
    found: dict[str, list[Any]] = {}
    for root in (Shape, Order):
        for shape in _descendants(root):
            extra = shape.model_config.get("json_schema_extra")
            shows = extra.get("examples") if isinstance(extra, dict) else None
            if isinstance(shows, list):
                found[shape.__name__] = shows
    return found


def _descendants(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in root.__subclasses__():
        yield one
        yield from _descendants(one)
