"""Questions, series and figures of the probe."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evals.golden_set import ChatMessage, Item, ScorerSpec
from evals.probes.answer import conversations, graded, rows_of
from evals.probes.code_format.functions import FUNCTIONS
from evals.probes.figures import mean_difference, share
from evals.probes.probe import Published, View
from evals.scorers.code_tests import find_code
from evals.scorers.json_text import fenced_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evals.probes.answer import Answer
    from evals.probes.code_format.functions import Function
    from evals.probes.probe import Chart, Figure

AS_IS: Final = "as_is"
STRIPPED: Final = "stripped"
_SOURCE: Final = "arXiv 2307.09009, recomputed"

_PROMPT: Final = (
    "Write the Python function `{call}`. It {task}. Keep its name.\n"
    "Reply with nothing but the code, ready to run as it comes: no code fence, no words around it."
)


class CodeFormatOptions(BaseModel):
    """How much is asked.

    ``functions``: the first so many of the twenty-five.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    functions: Annotated[int, Field(ge=1, le=len(FUNCTIONS))] = len(FUNCTIONS)


class CodeFormat:
    """Asks for code and nothing else."""

    name = "code_format"
    version = "1"
    summary = (
        "Asks for small functions as bare code and grades each reply twice, as it comes and "
        "without its fence: form and skill are different news."
    )
    options_type = CodeFormatOptions
    epochs = 1
    published = (
        Published(
            figure="executable as_is",
            says="GPT-4: 52 % in March, 10 % in June 2023",
            source="arXiv 2307.09009",
        ),
        Published(figure="executable stripped", says="GPT-4: 52 %, then 70 %", source=_SOURCE),
    )

    def items(self, options: BaseModel) -> tuple[Item, ...]:
        """Return two items a function, which share one call."""
        assert isinstance(options, CodeFormatOptions)  # noqa: S101 - the treaty's type is wider
        return tuple(
            _question(function, arm)
            for function in FUNCTIONS[: options.functions]
            for arm in (AS_IS, STRIPPED)
        )

    def views(self, answers: Sequence[Answer]) -> tuple[View, ...]:
        """Return both scores."""
        return (
            View(name=AS_IS, rows=rows_of(_of(AS_IS, answers)), headline=True),
            View(name=STRIPPED, rows=rows_of(_of(STRIPPED, answers))),
        )

    def figures(self, answers: Sequence[Answer]) -> tuple[Figure, ...]:
        """Return both scores, then what makes them differ."""
        as_is, stripped = (graded(_of(arm, answers)) for arm in (AS_IS, STRIPPED))
        replies = [(a.sample.text, _entry(a)) for a in as_is if a.sample.text is not None]
        codes = [(text, find_code(text, entry) or "") for text, entry in replies]
        return (
            share(f"executable {AS_IS}", [a.right is True for a in as_is], headline=True),
            share(f"executable {STRIPPED}", [a.right is True for a in stripped]),
            share(f"parses {AS_IS}", [parses(text) for text, _ in codes]),
            share(f"parses {STRIPPED}", [parses(code) for _, code in codes]),
            mean_difference(
                "format_cost", _costs(answers), says="stripped minus as it is, the same replies"
            ),
            share("fenced", [bool(fenced_blocks(text)) for text, _ in codes]),
        )

    def charts(self, answers: Sequence[Answer]) -> tuple[Chart, ...]:  # noqa: ARG002 - the treaty
        """Return nothing: there is no axis."""
        return ()


PROBE: Final = CodeFormat()


def parses(code: str) -> bool:
    r"""Say whether ``code`` is Python as it stands, white space around it aside.

    >>> parses("def f():\n    return 1"), parses("Sure! def f(): return 1")
    (True, False)
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a model's odd escapes are not our news
            ast.parse(code.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _question(function: Function, arm: str) -> Item:
    prompt = _PROMPT.format(call=function.call, task=function.task)
    options = {"entry": function.entry, "tests": [f"assert {test}" for test in function.tests]}
    return Item(
        id=f"{function.entry}.{arm}",
        messages=(ChatMessage(role="user", content=prompt),),
        targets=(function.code,),
        scorer=ScorerSpec(
            name="code_tests", options={**options, **({"as_is": True} if arm == AS_IS else {})}
        ),
        tags=(arm,),
        cluster=function.entry,
        arm=arm,
        conversation=function.entry,
    )


def _entry(answer: Answer) -> str:
    return str(answer.item.scorer.options["entry"])


def _of(arm: str, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    return tuple(answer for answer in answers if answer.item.arm == arm)


def _costs(answers: Sequence[Answer]) -> list[float]:
    both = ((one.get(AS_IS), one.get(STRIPPED)) for one in conversations(answers))
    return [
        float(stripped.right) - float(as_is.right)
        for as_is, stripped in both
        if as_is and stripped and as_is.right is not None and stripped.right is not None
    ]
