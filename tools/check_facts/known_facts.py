"""What the script knows of the world, from small tables of its own and the standard library."""

from __future__ import annotations

import hashlib
import http
import ipaddress
import mimetypes
import string
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING

from tools.check_facts.number_functions import FUNCTIONS as NUMBER_FUNCTIONS
from tools.check_facts.number_functions import is_prime, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from fractions import Fraction

    from tools.check_facts.formula import Functions

_SYMBOL_ROWS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy "
    "Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf "
    "Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"
)
SYMBOLS = _SYMBOL_ROWS.split()
NAMES = {
    "N": "nitrogen", "F": "fluorine", "Na": "sodium", "Cl": "chlorine", "Fe": "iron",
    "Kr": "krypton", "Ag": "silver", "Sn": "tin", "Tb": "terbium", "Lu": "lutetium",
    "W": "tungsten",
}  # fmt: skip
NOBLE_GASES = {SYMBOLS[n - 1] for n in accumulate((2, 8, 8, 18, 18, 32, 32))}
PLANETS = ("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune")
ALPHA, OMEGA = 0x03B1, 0x03C9
LATITUDES = {"Oslo": 59.91, "Helsinki": 60.17, "Stockholm": 59.33, "Tallinn": 59.44}
YEARS = {
    "the sealing of Magna Carta": 1215,
    "the arrival of the Black Death in Sicily": 1347,
    "the fall of Constantinople to the Ottomans": 1453,
    "the first voyage of Columbus to America": 1492,
    "Rocroi": 1643,
    "Kahlenberg, at the second siege of Vienna": 1683,
    "Blenheim": 1704,
    "Poltava": 1709,
}


def element(symbol: str) -> str:
    """Return the name of the chemical element with ``symbol``."""
    return NAMES[symbol]


def numbered(atomic_number: Fraction) -> str:
    """Return the name of the chemical element with ``atomic_number``."""
    return NAMES[SYMBOLS[whole(atomic_number) - 1]]


def symbol(name: str) -> str:
    """Return the chemical symbol of the element called ``name``."""
    return next(sign for sign, known in NAMES.items() if known == name)


def atomic_number(name: str) -> int:
    """Return the atomic number of the element called ``name``."""
    return SYMBOLS.index(symbol(name)) + 1


def planet(place: Fraction) -> str:
    """Return the planet at ``place`` from the Sun."""
    return PLANETS[whole(place) - 1]


def greek(place: Fraction) -> str:
    """Return the name of the Greek letter at ``place``, counting alpha as the first."""
    names = [unicodedata.name(chr(code)) for code in range(ALPHA, OMEGA + 1)]
    letters = [name.split()[-1] for name in names if "FINAL" not in name]
    return letters[whole(place) - 1]


def code_point(name: str) -> str:
    """Return the code point of the Unicode character called ``name``."""
    return f"U+{ord(unicodedata.lookup(name)):04X}"


def the_only(options: Iterable[str], fits: Callable[[str], bool]) -> str:
    """Return the one option that fits; ValueError where none or several do."""
    (fitting,) = filter(fits, options)
    return fitting


FUNCTIONS: Functions = {
    **NUMBER_FUNCTIONS,
    "element": element,
    "numbered": numbered,
    "symbol": symbol,
    "atomic_number": atomic_number,
    "planet": planet,
    "greek": greek,
    "code_point": code_point,
    "letters": lambda: len(string.ascii_lowercase),
    "http_status": lambda name: int(http.HTTPStatus[name]),
    "ascii_code": lambda character: character.encode("ascii")[0],
    "ipv4_bits": lambda: ipaddress.IPV4LENGTH,
    "digest_bits": lambda name: hashlib.new(name, usedforsecurity=False).digest_size * 8,
    "northernmost": lambda options: max(options, key=LATITUDES.__getitem__),
    "earliest": lambda options: min(options, key=YEARS.__getitem__),
    "latest": lambda options: max(options, key=YEARS.__getitem__),
    "the_noble_gas": lambda options: the_only(options, lambda n: symbol(n) in NOBLE_GASES),
    "the_prime": lambda options: the_only(options, lambda text: is_prime(int(text))),
    "the_multiple": lambda options, of: the_only(options, lambda text: int(text) % of == 0),
    "the_image_format": lambda options: the_only(options, _is_image),
}


def _is_image(extension: str) -> bool:
    return (mimetypes.types_map.get(f".{extension.lower()}") or "").startswith("image/")
