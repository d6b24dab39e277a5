"""Runs a model's function against tests, inside the sandbox; the two never share a process.

Reads one JSON object from standard input: ``token``, ``code``, ``entry``, ``tests``. Prints
``token ready``, then ``token INDEX pass`` or ``token INDEX fail NOTE`` for each test. The model's
code runs in a child that was forked before the token and the tests were read, and gives back plain
data only, so that it can fail a test but not fake one: no object of its own reaches an assertion.
"""

from __future__ import annotations

import builtins
import ctypes
import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_LINE = 1_000_000
_PR_SET_DUMPABLE = 4
_SCALARS = (type(None), bool, int, float, str)
_LISTS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


class CodeError(Exception):
    """The model's code did something that is not an ordinary result."""


def main() -> None:
    """Fork the worker, read the tests, and run them one by one."""
    to_worker, from_worker = _start_worker()
    _hide_memory()
    request = json.loads(sys.stdin.buffer.read())
    say = f"{request['token']} {{}}\n".format
    os.write(1, say("ready").encode())
    worker = _Worker(to_worker, from_worker)
    problem = worker.load(request["code"], request["entry"])
    for index, test in enumerate(request["tests"]):
        note = problem or _run_test(test, request["entry"], worker)
        outcome = f"{index} fail {_one_line(note)}" if note else f"{index} pass"
        os.write(1, say(outcome).encode())


def _run_test(test: str, entry: str, worker: _Worker) -> str:
    names: dict[str, Any] = {entry: worker.call, "raises": _raises, "approx": _approx}
    try:
        exec(compile(test, "<test>", "exec"), names)  # noqa: S102 - the curator's test, in the sandbox
    except AssertionError:
        return f"{test} does not hold"
    except CodeError as problem:
        return f"{test}: {problem}"
    except Exception as problem:  # noqa: BLE001 - whatever the function raised is a failed test
        return f"{test} raised {type(problem).__name__}: {problem}"
    return ""


def _raises(kind: type[Exception], function: Callable[..., Any], *arguments: Any) -> bool:
    try:
        function(*arguments)
    except kind:
        return True
    return False


def _approx(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _one_line(note: str) -> str:
    return " ".join(note.encode("ascii", "backslashreplace").decode().split())[:300]


class _Worker:
    """The far end of two pipes, which may lie, hang or die."""

    def __init__(self, to_worker: BinaryIO, from_worker: BinaryIO) -> None:
        self._to = to_worker
        self._from = from_worker

    def load(self, code: str, entry: str) -> str:
        """Have the code defined; return what went wrong, or nothing."""
        try:
            self._ask({"code": code, "entry": entry})
        except Exception as problem:  # noqa: BLE001 - whatever the code raised is the note
            return f"the code does not load: {type(problem).__name__}: {problem}"
        return ""

    def call(self, *arguments: Any, **options: Any) -> Any:
        """Call the model's function with copies; return a copy of its result."""
        return self._ask({"arguments": encode(list(arguments)), "options": encode(options)})

    def _ask(self, question: dict[str, Any]) -> Any:
        try:
            self._to.write(json.dumps(question).encode() + b"\n")
            line = self._from.readline(LONGEST_LINE)
            answer = json.loads(line)
        except (OSError, ValueError, RecursionError):
            raise CodeError("the code ended or broke its process") from None
        if not isinstance(answer, dict):
            raise CodeError("the code broke its process")
        if "raised" in answer:
            raise _exception(str(answer["raised"]), str(answer.get("message", "")))
        return decode(answer.get("result"))


def _exception(name: str, message: str) -> Exception:
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            return kind(message)
        except TypeError:  # a few, such as UnicodeDecodeError, want more than a message
            return CodeError(f"raised {name}: {message}")
    return CodeError(message)


def encode(value: Any) -> Any:
    """Turn plain data into JSON values, keeping apart what JSON does not; refuse all else."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is bytes:
        return ["bytes", value.hex()]
    if kind is dict:
        return ["dict", [[encode(key), encode(entry)] for key, entry in value.items()]]
    if kind.__name__ in _LISTS and kind is _LISTS[kind.__name__]:
        return [kind.__name__, [encode(entry) for entry in value]]
    raise TypeError(f"{kind.__name__} is not plain data")


def decode(value: Any) -> Any:
    """Undo `encode`, without trust: only plain data comes out, whatever went in."""
    if type(value) in _SCALARS:
        return value
    try:
        name, content = value
        if name == "bytes":
            return bytes.fromhex(content)
        if name == "dict":
            return {decode(key): decode(entry) for key, entry in content}
        return _LISTS[name](decode(entry) for entry in content)
    except (TypeError, ValueError, KeyError, RecursionError):
        raise CodeError("the code returned no plain data") from None


def _start_worker() -> tuple[BinaryIO, BinaryIO]:
    question_out, question_in = os.pipe()
    answer_out, answer_in = os.pipe()
    if os.fork() == 0:
        os.close(question_in)
        os.close(answer_out)
        _be_worker(os.fdopen(question_out, "rb"), os.fdopen(answer_in, "wb", buffering=0))
    os.close(question_out)
    os.close(answer_in)
    return os.fdopen(question_in, "wb", buffering=0), os.fdopen(answer_out, "rb")


def _hide_memory() -> None:
    """Deny the worker, which has our user id, a look at this process."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _be_worker(questions: BinaryIO, answers: BinaryIO) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    function: Any = None
    while line := questions.readline():
        question = json.loads(line)
        if "code" in question:
            function, answer = _define(question["code"], question["entry"])
        else:
            answer = _call(function, question)
        answers.write(json.dumps(answer).encode() + b"\n")
    os._exit(0)


def _define(code: str, entry: str) -> tuple[Any, dict[str, Any]]:
    names: dict[str, Any] = {"__name__": "solution"}
    try:
        exec(compile(code, "<solution>", "exec"), names)  # noqa: S102 - what the sandbox is for
        return names[entry], {"result": None}
    except BaseException as problem:  # noqa: BLE001 - SystemExit too: the worker must live on
        return None, _raised(problem)


def _call(function: Any, question: dict[str, Any]) -> dict[str, Any]:
    try:
        arguments, options = decode(question["arguments"]), decode(question["options"])
        return {"result": encode(function(*arguments, **options))}
    except BaseException as problem:  # noqa: BLE001 - SystemExit too: the worker must live on
        return _raised(problem)


def _raised(problem: BaseException) -> dict[str, Any]:
    kinds = [kind.__name__ for kind in type(problem).__mro__ if kind.__module__ == "builtins"]
    return {"raised": kinds[0], "message": str(problem)[:500]}


if __name__ == "__main__":
    main()
