"""Small functions of our own specification, each with a solution and its tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """What is to be written: ``call`` names it and its arguments, ``task`` completes the sentence.

    ``solution`` is the body of one that passes all ``tests``, which are expressions that must be
    true.
    """

    call: str
    task: str
    solution: str
    tests: tuple[str, ...]

    @property
    def entry(self) -> str:
        """The function's name."""
        return self.call.partition("(")[0]

    @property
    def code(self) -> str:
        """The whole solution."""
        body = "\n".join(f"    {line}" for line in self.solution.splitlines())
        return f"def {self.call}:\n{body}"


FUNCTIONS: Final = (
    Function(
        call="is_even(n)",
        task="returns True if the whole number n is even, else False",
        solution="return n % 2 == 0",
        tests=("is_even(4)", "not is_even(7)", "is_even(0)", "is_even(-2)"),
    ),
    Function(
        call="area(width, height)",
        task="returns the area of a rectangle, or 0 if one side is negative",
        solution="if width < 0 or height < 0:\n    return 0\nreturn width * height",
        tests=("area(3, 4) == 12", "area(-1, 5) == 0", "area(2, -3) == 0", "area(0, 9) == 0"),
    ),
    Function(
        call="shout(text)",
        task="returns the text in upper case with one exclamation mark after it",
        solution='return text.upper() + "!"',
        tests=('shout("hey") == "HEY!"', 'shout("") == "!"', 'shout("Ab c") == "AB C!"'),
    ),
    Function(
        call="smallest(numbers)",
        task="returns the smallest number of a list, or None if the list is empty",
        solution="return min(numbers) if numbers else None",
        tests=("smallest([3, 1, 2]) == 1", "smallest([]) is None", "smallest([-4]) == -4"),
    ),
    Function(
        call="average(numbers)",
        task="returns the mean of a list of numbers, or 0 if the list is empty",
        solution="return sum(numbers) / len(numbers) if numbers else 0",
        tests=("average([2, 4]) == 3", "average([]) == 0", "average([5]) == 5"),
    ),
    Function(
        call="backwards(text)",
        task="returns the text with its characters in the opposite order",
        solution="return text[::-1]",
        tests=('backwards("abc") == "cba"', 'backwards("") == ""', 'backwards("a b") == "b a"'),
    ),
    Function(
        call="sign(x)",
        task="returns 1 for a positive number, -1 for a negative one and 0 for zero",
        solution="return (x > 0) - (x < 0)",
        tests=("sign(5) == 1", "sign(-0.5) == -1", "sign(0) == 0"),
    ),
    Function(
        call="count_words(text)",
        task="returns how many words the text has; words are parted by white space",
        solution="return len(text.split())",
        tests=('count_words("a bc d") == 3', 'count_words("") == 0', 'count_words("  x  ") == 1'),
    ),
    Function(
        call="seconds(hours, minutes)",
        task="returns how many seconds so many hours and minutes are together",
        solution="return hours * 3600 + minutes * 60",
        tests=("seconds(1, 0) == 3600", "seconds(0, 2) == 120", "seconds(2, 30) == 9000"),
    ),
    Function(
        call="squares(n)",
        task="returns the list of the squares of 1 to n; for n below 1 it is empty",
        solution="return [k * k for k in range(1, n + 1)]",
        tests=("squares(3) == [1, 4, 9]", "squares(0) == []", "squares(1) == [1]"),
    ),
    Function(
        call="is_mirror(text)",
        task="returns True if the text reads the same from both ends, whatever the case",
        solution="plain = text.lower()\nreturn plain == plain[::-1]",
        tests=('is_mirror("Anna")', 'not is_mirror("ab")', 'is_mirror("")', 'is_mirror("x")'),
    ),
    Function(
        call="without_doubles(values)",
        task="returns the list without repeated values; the first of each stays, in order",
        solution="return list(dict.fromkeys(values))",
        tests=(
            "without_doubles([2, 1, 2, 3, 1]) == [2, 1, 3]",
            "without_doubles([]) == []",
            "without_doubles([1, 1]) == [1]",
        ),
    ),
    Function(
        call="leap_year(year)",
        task=(
            "returns True for a leap year: one that 4 divides, but not 100, unless 400 divides it"
        ),
        solution="return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)",
        tests=("leap_year(2024)", "not leap_year(2023)", "not leap_year(1900)", "leap_year(2000)"),
    ),
    Function(
        call="factors(n)",
        task="returns the rising list of all positive whole numbers that divide n, n being above 0",
        solution="return [k for k in range(1, n + 1) if n % k == 0]",
        tests=("factors(6) == [1, 2, 3, 6]", "factors(1) == [1]", "factors(7) == [1, 7]"),
    ),
    Function(
        call="between(low, x, high)",
        task="returns True if x lies between low and high, both ends included",
        solution="return low <= x <= high",
        tests=("between(1, 1, 3)", "between(1, 3, 3)", "not between(1, 4, 3)"),
    ),
    Function(
        call="letter_counts(word)",
        task="returns a dictionary from each letter of the word to how often it occurs",
        solution="return {letter: word.count(letter) for letter in word}",
        tests=('letter_counts("noon") == {"n": 2, "o": 2}', 'letter_counts("") == {}'),
    ),
    Function(
        call="first_repeat(values)",
        task="returns the first value that already came before in the list, or None",
        solution=(
            "seen = []\nfor value in values:\n    if value in seen:\n        return value\n"
            "    seen.append(value)\nreturn None"
        ),
        tests=(
            "first_repeat([1, 2, 3, 2, 1]) == 2",
            "first_repeat([1, 2]) is None",
            "first_repeat([]) is None",
        ),
    ),
    Function(
        call="merge_sorted(a, b)",
        task="takes two rising lists and returns one rising list of all their values",
        solution="return sorted(a + b)",
        tests=(
            "merge_sorted([1, 4], [2, 3]) == [1, 2, 3, 4]",
            "merge_sorted([], [1]) == [1]",
            "merge_sorted([2], [2]) == [2, 2]",
        ),
    ),
    Function(
        call="change(paid, price)",
        task="returns how much money comes back, and raises ValueError if too little was paid",
        solution="if paid < price:\n    raise ValueError\nreturn paid - price",
        tests=("change(10, 7) == 3", "change(5, 5) == 0", "raises(ValueError, change, 1, 2)"),
    ),
    Function(
        call="title_case(text)",
        task="returns the text with each word in small letters but for a capital at its start",
        solution='return " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" "))',
        tests=(
            'title_case("the GREEN door") == "The Green Door"',
            'title_case("") == ""',
            'title_case("x") == "X"',
        ),
    ),
    Function(
        call="power_of_two(n)",
        task="returns True if the whole number n is 1, 2, 4, 8 and so on, else False",
        solution="return n > 0 and n & (n - 1) == 0",
        tests=("power_of_two(1)", "power_of_two(64)", "not power_of_two(6)", "not power_of_two(0)"),
    ),
    Function(
        call="transpose(table)",
        task="takes a list of rows of equal length and returns the list of its columns, as lists",
        solution="return [list(column) for column in zip(*table)]",
        tests=(
            "transpose([[1, 2], [3, 4]]) == [[1, 3], [2, 4]]",
            "transpose([[1, 2, 3]]) == [[1], [2], [3]]",
            "transpose([]) == []",
        ),
    ),
    Function(
        call="gaps(numbers)",
        task="returns the list of differences from each number of a list to the next one",
        solution="return [after - before for before, after in zip(numbers, numbers[1:])]",
        tests=("gaps([1, 4, 2]) == [3, -2]", "gaps([5]) == []", "gaps([]) == []"),
    ),
    Function(
        call="hide_middle(word)",
        task=(
            "returns the word with every character but the first and the last as a star; words of "
            "up to two characters come back unchanged"
        ),
        solution=(
            'if len(word) < 3:\n    return word\nreturn word[0] + "*" * (len(word) - 2) + word[-1]'
        ),
        tests=(
            'hide_middle("river") == "r***r"',
            'hide_middle("ab") == "ab"',
            'hide_middle("") == ""',
            'hide_middle("abc") == "a*c"',
        ),
    ),
    Function(
        call="collatz_steps(n)",
        task=(
            "counts the steps from n down to 1, n being at least 1: an even number is halved, an "
            "odd one is tripled and raised by 1"
        ),
        solution=(
            "steps = 0\nwhile n != 1:\n    n = n // 2 if n % 2 == 0 else 3 * n + 1\n"
            "    steps += 1\nreturn steps"
        ),
        tests=("collatz_steps(1) == 0", "collatz_steps(6) == 8", "collatz_steps(8) == 3"),
    ),
)
