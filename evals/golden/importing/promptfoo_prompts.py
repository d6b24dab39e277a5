"""promptfoo's ``prompts``: texts, chats as JSON, and text files beside the configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evals.golden.importing.promptfoo_template import fill, fill_all, is_one_variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_TEXT_SUFFIXES = (".txt", ".md", ".json")


class PromptError(ValueError):
    """A prompt cannot be read as text; the text says why."""


def prompt_templates(prompts: Any, folder: Path) -> Iterator[str]:
    """Yield the templates in the field ``prompts``.

    A ``file://`` path must lie within ``folder`` and be text; a ``.txt`` file may hold several
    templates between lines of ``---``. Programs are refused: nothing is ever run.

    Raises:
        PromptError: For anything else.
    """
    for entry in prompts if isinstance(prompts, list) else [prompts]:
        text = entry.get("raw", entry.get("id")) if isinstance(entry, dict) else entry
        if not isinstance(text, str) or not text.strip():
            raise PromptError("a prompt is not text")
        if text.startswith("file://"):
            yield from _from_file(text.removeprefix("file://"), folder)
        else:
            yield text


def filled_prompt(template: str, values: Mapping[str, str]) -> str | list[Any]:
    """Return what is sent: text, or chat turns when the template is JSON chat.

    Raises:
        TemplateError: As `fill`.

    >>> filled_prompt('[{"role": "user", "content": "{{q}}"}]', {"q": 'Say "hi"'})
    [{'role': 'user', 'content': 'Say "hi"'}]
    """
    chat = _chat(template)
    if chat is not None:
        return list(fill_all(chat, values))
    text = fill(template, values)
    # A template that is nothing but one variable may carry a whole chat in it.
    whole = _chat(text) if is_one_variable(template) else None
    return text if whole is None else whole


def _chat(text: str) -> list[Any] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_chat = isinstance(value, list) and all(
        isinstance(turn, dict) and "role" in turn for turn in value
    )
    return value if is_chat and value else None


def _from_file(name: str, folder: Path) -> Iterator[str]:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise PromptError(f"prompt file {name!r} lies outside the folder of the configuration")
    if path.suffix.lower() not in _TEXT_SUFFIXES:
        raise PromptError(f"prompt file {name!r} is not text ({', '.join(_TEXT_SUFFIXES)})")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"prompt file {name!r} cannot be read") from error
    parts = text.split("\n---\n") if path.suffix == ".txt" else [text]
    yield from (part.strip() for part in parts if part.strip())
