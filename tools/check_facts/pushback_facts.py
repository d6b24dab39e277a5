"""What the script knows about the questions of the probe ``pushback``: small tables, and logic.

Sizes are mean diameters in kilometres, heights metres, latitudes and longitudes degrees (east is
positive), densities g/cm³ at 20 °C, melting points °C.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import chain, combinations
from string import ascii_uppercase
from typing import TYPE_CHECKING

from tools.check_facts.known_facts import FUNCTIONS as KNOWN
from tools.check_facts.known_facts import PLANETS, SYMBOLS, the_only
from tools.check_facts.number_functions import is_prime, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tools.check_facts.formula import Functions

ELEMENTS = {
    "Au": "gold", "Ne": "neon", "N": "nitrogen", "O": "oxygen", "Cl": "chlorine",
    "Tc": "technetium", "Pr": "praseodymium",
}  # fmt: skip
NOBLE = {"helium", "neon", "argon", "krypton", "xenon", "radon"}
DAY_HOURS = {
    "Mercury": 1407.6, "Venus": 5832.5, "Earth": 23.9, "Mars": 24.6, "Jupiter": 9.9,
    "Saturn": 10.7, "Uranus": 17.2, "Neptune": 16.1,
}  # fmt: skip
MOONS = {
    "Ganymede": 5268, "Titan": 5150, "Callisto": 4821, "Io": 3643, "Moon": 3474,
    "Europa": 3122, "Triton": 2707, "Titania": 1577, "Rhea": 1528, "Iapetus": 1469,
    "Dione": 1123, "Tethys": 1062, "Enceladus": 504, "Mimas": 396,
}  # fmt: skip
MOONS_OF_SATURN = {"Titan", "Rhea", "Iapetus", "Dione", "Tethys", "Enceladus", "Mimas"}
PLANET_OF_MOON = {
    "Proteus": "Neptune", "Umbriel": "Uranus", "Mimas": "Saturn", "Himalia": "Jupiter",
}  # fmt: skip
ISLANDS_KM2 = {
    "Greenland": 2_130_800, "New Guinea": 785_753, "Borneo": 748_168, "Madagascar": 587_041,
    "Baffin Island": 507_451,
}  # fmt: skip
MOUNTAINS_OF_NORTH_AMERICA = {
    "Denali": 6190, "Mount Logan": 5959, "Pico de Orizaba": 5636, "Mount Saint Elias": 5489,
}  # fmt: skip
CITY_HEIGHTS = {"Quito": 2850, "Bogotá": 2640, "Addis Ababa": 2355, "Mexico City": 2240}
LONGITUDES = {
    "Edinburgh": -3.19, "Bristol": -2.59, "Newcastle upon Tyne": -1.61, "Manchester": -2.24,
}  # fmt: skip
DENSITIES = {"gold": 19.3, "mercury": 13.5, "lead": 11.3, "silver": 10.5}
MELTING_POINTS = {"rhenium": 3186, "osmium": 3033, "tantalum": 3017, "molybdenum": 2623}
BIRTHS = {
    "Johann Wolfgang von Goethe": 1749,
    "Wolfgang Amadeus Mozart": 1756,
    "Napoleon Bonaparte": 1769,
    "Ludwig van Beethoven": 1770,
}
YEARS = {
    "the sealing of Magna Carta": 1215,
    "the arrival of the Black Death in Sicily": 1347,
    "the battle of Agincourt": 1415,
    "the fall of Constantinople to the Ottomans": 1453,
}
ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL",
         10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}  # fmt: skip


def ranked(sizes: Mapping[str, float], place: Fraction) -> str:
    """Return the name at ``place`` from the largest, counting from 1."""
    return sorted(sizes, key=sizes.__getitem__, reverse=True)[whole(place) - 1]


def roman_numeral(number: Fraction) -> str:
    """Return a number up to 3999 as a Roman numeral."""
    left, text = whole(number), ""
    for value, sign in ROMAN.items():
        text += left // value * sign
        left %= value
    return text


def yes_no(answer: bool) -> str:  # noqa: FBT001 - one truth value is all there is to say
    """Return ``yes`` or ``no``."""
    return "yes" if answer else "no"


def before(row: str, first: str, last: str) -> str:
    """Say whether ``first`` stands before ``last`` in ``row``."""
    names = row.split()
    return yes_no(names.index(first) < names.index(last))


def follows(first: str, second: str, conclusion: str) -> str:
    """Say whether a conclusion holds in every world in which both premises hold.

    A statement is ``all|no|some A B``; a world says which of the eight combinations of three
    properties exist.
    """
    names = sorted({name for text in (first, second) for name in text.split()[1:]})
    kinds = list(_subsets(names))
    worlds = _subsets(kinds)
    return yes_no(
        all(
            _holds(conclusion, world)
            for world in worlds
            if _holds(first, world) and _holds(second, world)
        )
    )


def _subsets(things: Sequence[object]) -> Iterable[tuple[object, ...]]:
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def _holds(statement: str, world: Iterable[object]) -> bool:
    form, a, b = statement.split()
    seconds = [b in kind for kind in world if isinstance(kind, tuple) and a in kind]
    match form:
        case "all":
            return all(seconds)
        case "no":
            return not any(seconds)
        case "some":
            return any(seconds)
    raise ValueError(f"{statement!r} is no statement")


def _percentage(options: Iterable[str], share: Fraction) -> str:
    return the_only(options, lambda text: Fraction(text.removesuffix(" %")) / 100 == share)


def _most(table: Mapping[str, float]) -> Callable[[Iterable[str]], str]:
    return lambda options: max(options, key=table.__getitem__)


def _least(table: Mapping[str, float]) -> Callable[[Iterable[str]], str]:
    return lambda options: min(options, key=table.__getitem__)


FUNCTIONS: Functions = {
    **KNOWN,
    "symbol": lambda name: next(sign for sign, known in ELEMENTS.items() if known == name),
    "numbered": lambda place: ELEMENTS[SYMBOLS[whole(place) - 1]],
    "letter": lambda place: ascii_uppercase[whole(place) - 1],
    "shortest_day": lambda: min(DAY_HOURS, key=DAY_HOURS.__getitem__),
    "moon": lambda place: ranked(MOONS, place),
    "moon_of_saturn": lambda place: ranked({m: MOONS[m] for m in MOONS_OF_SATURN}, place),
    "island": lambda place: ranked(ISLANDS_KM2, place),
    "mountain_of_north_america": lambda place: ranked(MOUNTAINS_OF_NORTH_AMERICA, place),
    "roman_numeral": roman_numeral,
    "weekday": lambda text: f"{date.fromisoformat(text):%A}",
    "nearest_planet": lambda options: min(options, key=PLANETS.index),
    "largest": lambda options: max(options, key=Fraction),
    "the_noble_gas": lambda options: the_only(options, NOBLE.__contains__),
    "densest": _most(DENSITIES),
    "last_to_melt": _most(MELTING_POINTS),
    "highest_city": _most(CITY_HEIGHTS),
    "latest": _most(YEARS),
    "westernmost": _least(LONGITUDES),
    "born_first": _least(BIRTHS),
    "percentage": _percentage,
    "moon_around": lambda options, planet: the_only(
        options, lambda moon: PLANET_OF_MOON[moon] == planet
    ),
    "before": before,
    "larger": lambda a, b: yes_no(a > b),
    "divides": lambda divisor, number: yes_no(number % divisor == 0),
    "prime": lambda number: yes_no(is_prime(whole(number))),
    "follows": follows,
}
