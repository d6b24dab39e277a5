"""Formulas that curators write in notes: read without `eval`, computed exactly as fractions."""

from __future__ import annotations

import ast
import operator
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value: TypeAlias = "Fraction | str | tuple[str, ...]"
Functions: TypeAlias = "Mapping[str, Callable[..., Fraction | int | str]]"
LARGEST_EXPONENT = 10_000
_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction | int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


class FormulaError(ValueError):
    """A formula that cannot be computed; the text says why."""


def compute(formula: str, functions: Functions, names: Mapping[str, Value] | None = None) -> Value:
    """Return the value of ``formula``: an exact number, or a text that a function returned.

    Known are ``+ - * / // % **``, number and text constants, ``functions`` (called with exact
    numbers and texts) and ``names``. Decimals are read as written: ``0.1`` is one tenth.

    >>> compute("0.1 + 1/5", {})
    Fraction(3, 10)

    Raises:
        FormulaError: It is malformed, or uses anything else.
    """
    try:
        return _value(ast.parse(formula, mode="eval").body, formula, functions, names or {})
    except (SyntaxError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        raise FormulaError(f"{formula!r} cannot be computed: {error}") from None


def _value(node: ast.expr, formula: str, functions: Functions, names: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant():
            return _constant(ast.get_source_segment(formula, node) or "")
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(_value(operand, formula, functions, names))
        case ast.BinOp(left=left, op=sign, right=right):
            return _operation(
                sign,
                _number(_value(left, formula, functions, names)),
                _number(_value(right, formula, functions, names)),
            )
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            values = [_value(argument, formula, functions, names) for argument in arguments]
            return _result(functions[name](*values))
    raise FormulaError(f"{ast.unparse(node)!r} is not allowed")


def _constant(source: str) -> Fraction:
    return Fraction(int(source, 0)) if source[:2] in ("0b", "0x") else Fraction(source)


def _operation(sign: ast.operator, left: Fraction, right: Fraction) -> Fraction:
    if isinstance(sign, ast.Pow):
        if right.denominator != 1 or abs(right) > LARGEST_EXPONENT:
            raise FormulaError(f"the exponent {right} is not a small whole number")
        return left**right.numerator
    return Fraction(_OPERATORS[type(sign)](left, right))


def _number(value: Value) -> Fraction:
    if not isinstance(value, Fraction):
        raise FormulaError(f"{value!r} is not a number")
    return value


def _result(value: Fraction | int | str) -> Value:
    return value if isinstance(value, str) else Fraction(value)
