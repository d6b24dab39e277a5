"""Keys leave no trace: some endpoints repeat the key they were sent in what they say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REDACTED = "[key]"
_SHORTEST_KEY = 8


def redact(value: Any, *keys: str | None) -> Any:
    """Return JSON-like ``value`` with every occurrence of each key replaced.

    Keys of fewer than 8 characters are placeholders of servers that check none; to replace them
    would spoil ordinary words.

    >>> redact({"message": ["wrong key sk-12345678"]}, "sk-12345678")
    {'message': ['wrong key [key]']}
    >>> redact("a key", "key")
    'a key'
    """
    secret = [key for key in keys if key is not None and len(key) >= _SHORTEST_KEY]
    # A key that holds another one goes first, or its rest would stay.
    return _without(value, sorted(secret, key=len, reverse=True)) if secret else value


def _without(value: Any, keys: Sequence[str]) -> Any:
    if isinstance(value, str):
        for key in keys:
            value = value.replace(key, REDACTED)
        return value
    if isinstance(value, dict):
        return {_without(name, keys): _without(one, keys) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without(one, keys) for one in value)
    return value


def redact_error(error: BaseException, key: str | None) -> None:
    """Replace ``key`` within ``error`` and its causes, in place: their types decide on retries."""
    for one in chain_of(error):
        one.args = redact(one.args, key)
        for name in ("message", "body"):
            if hasattr(one, name):
                setattr(one, name, redact(getattr(one, name), key))


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield ``error``, and what caused it, and so on.

    >>> [type(e).__name__ for e in chain_of(ValueError("x"))]
    ['ValueError']
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
