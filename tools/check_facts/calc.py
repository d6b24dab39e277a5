"""Arithmetic on amounts and dates, as curators write it in notes: read safely, computed exactly."""

from __future__ import annotations

import ast
import operator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Decimal | date | str
_SATURDAY = 5


class CalcError(ValueError):
    """An expression that cannot be computed; the text says why."""


def compute(expression: str) -> Value:
    """Return the value of ``expression``: an exact number, a date, or ``yes`` / ``no``.

    Known are ``+ - * /``, comparisons, ``and``, ``or``, ``x if test else y`` and `FUNCTIONS`.

    >>> str(compute("120 * (1 - 15 / 100) + 5.90"))
    '107.90'
    >>> compute("date(2026, 3, 3) + 30")
    datetime.date(2026, 4, 2)

    Raises:
        CalcError: It is malformed, or uses anything else.
    """
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body, expression)
    except (SyntaxError, ArithmeticError, TypeError, ValueError) as error:
        raise CalcError(f"{expression!r}: {error}") from None
    if isinstance(value, bool) or not isinstance(value, Decimal | date | str):
        raise CalcError(f"{expression!r} gives {value!r}; wrap a test in yes(...)")
    return value


def literals(expression: str) -> tuple[list[Decimal], list[date]]:
    """Return the numbers and the dates that are written out in ``expression``.

    The parts of a written date are not listed again as numbers.

    >>> literals("date(2026, 3, 3) + 30")
    ([Decimal('30')], [datetime.date(2026, 3, 3)])
    """
    numbers: list[Decimal] = []
    dates: list[date] = []
    todo: list[ast.AST] = [ast.parse(expression.strip(), mode="eval")]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call) and _name(node) == "date":
            dates.append(_date(*(_value(argument, expression) for argument in node.args)))
        elif isinstance(node, ast.Constant):
            numbers.append(_value(node, expression))
        else:
            todo.extend(ast.iter_child_nodes(node))
    return numbers, dates


def _value(node: ast.expr, source: str) -> Any:
    match node:
        case ast.Constant(value=int() | float()):
            return Decimal(ast.get_source_segment(source.strip(), node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, source)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, source), _value(right, source))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TESTS:
            return _TESTS[type(op)](_value(left, source), _value(right, source))
        case ast.BoolOp(op=op, values=parts):
            found = [_value(part, source) for part in parts]
            return all(found) if isinstance(op, ast.And) else any(found)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, source) else orelse, source)
        case ast.Call(keywords=[]) if _name(node) in FUNCTIONS:
            return FUNCTIONS[_name(node)](*(_value(part, source) for part in node.args))
    raise CalcError(f"{ast.unparse(node)!r} is not understood")


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _add(left: Any, right: Any) -> Any:
    return left + timedelta(days=int(right)) if isinstance(left, date) else left + right


def _subtract(left: Any, right: Any) -> Any:
    return left - timedelta(days=int(right)) if isinstance(left, date) else left - right


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(int(year), int(month), int(day))


def _workdays(start: date, count: Decimal) -> date:
    """Return the working day that is ``count`` working days after ``start``; no public holidays."""
    day, left = start, int(count)
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _months(start: date, count: Decimal) -> date:
    """Return the same day number ``count`` months later."""
    months = start.year * 12 + start.month - 1 + int(count)
    return start.replace(year=months // 12, month=months % 12 + 1)


def _years(start: date, end: date) -> Decimal:
    """Return the full years from ``start`` to ``end``."""
    early = (end.month, end.day) < (start.month, start.day)
    return Decimal(end.year - start.year - early)


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_TESTS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "date": _date,
    "year_end": lambda year: date(int(year), 12, 31),
    "days": lambda start, end: Decimal((end - start).days),
    "workdays": _workdays,
    "months": _months,
    "years": _years,
    "floor": lambda number: number.to_integral_value(ROUND_FLOOR),
    "ceil": lambda number: number.to_integral_value(ROUND_CEILING),
    "round2": lambda number: number.quantize(Decimal("0.01"), ROUND_HALF_UP),
    "min": min,
    "max": max,
    "yes": lambda test: "yes" if test else "no",
}
