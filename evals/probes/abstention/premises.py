"""Questions whose premise is true, and the same ones with a premise that is false."""

from __future__ import annotations

from typing import Final

from evals.probes.abstention.pair import Kind, Pair


def _pair(name: str, question: str, true: str, false: str, *answers: str) -> Pair:
    return Pair(
        id=f"premise-{name}",
        kind=Kind.PREMISE,
        answerable=question.format(true),
        unanswerable=question.format(false),
        answers=answers,
    )


PREMISES: Final = (
    _pair("apollo", "In which year did Apollo 11 land on {}?", "the Moon", "Mars", "1969"),
    _pair(
        "planet",
        "Which planet did {} discover with a telescope?",
        "William Herschel",
        "Aristotle",
        "Uranus",
        "the planet Uranus",
    ),
    _pair(
        "president",
        "Who was President of {} in the year 1990?",
        "the United States",
        "the United Kingdom",
        "George H. W. Bush",
        "George H.W. Bush",
        "George HW Bush",
        "George Herbert Walker Bush",
        "George Bush",
        "Bush",
    ),
    _pair(
        "olympics",
        "In which city were the Summer Olympic Games of {} held?",
        "1936",
        "1937",
        "Berlin",
    ),
    _pair(
        "football",
        "Which country won the men's football World Cup of {}?",
        "1966",
        "1967",
        "England",
    ),
    _pair(
        "sea",
        "What is the name of the sea that lies between {}?",
        "Italy and Croatia",
        "Switzerland and Liechtenstein",
        "Adriatic Sea",
        "the Adriatic Sea",
        "Adriatic",
        "the Adriatic",
    ),
    _pair(
        "coast",
        "On which ocean does the coast of {} lie?",
        "Namibia",
        "Nepal",
        "Atlantic Ocean",
        "the Atlantic Ocean",
        "Atlantic",
        "the Atlantic",
        "South Atlantic Ocean",
        "South Atlantic",
    ),
    _pair(
        "titanic",
        "In which year did the Titanic {}?",
        "sink",
        "come home from its tenth voyage",
        "1912",
    ),
    _pair(
        "opera",
        "What is the title of the only opera that {} composed?",
        "Beethoven",
        "Shakespeare",
        "Fidelio",
    ),
    _pair(
        "element",
        "Which chemical element has {} protons in its nucleus?",
        "six",
        "six thousand",
        "carbon",
    ),
    _pair("prime", "Which even number {} is prime?", "below 10", "between 10 and 20", "2", "two"),
    _pair("square", "Which positive whole number has the square {}?", "49", "50", "7", "seven"),
    _pair("month", "Which month has {} days in a leap year?", "29", "32", "February"),
    _pair(
        "triangle",
        "What is the area of a triangle whose sides are {} long?",
        "3, 4 and 5",
        "3, 4 and 9",
        "6",
        "six",
        "6 square units",
    ),
    _pair(
        "novel",
        "What is the title of the novel that {} published in 1818 about a maker of a monster?",
        "Mary Shelley",
        "Albert Einstein",
        "Frankenstein",
        "Frankenstein; or, The Modern Prometheus",
    ),
    _pair(
        "mother",
        "Which wife of Henry VIII of England was the mother of {}?",
        "Elizabeth I",
        "Napoleon",
        "Anne Boleyn",
        "Boleyn",
    ),
    _pair(
        "river",
        "Which river flows through {}?",
        "Budapest",
        "the crater Tycho on the Moon",
        "Danube",
        "the Danube",
        "Danube River",
        "the river Danube",
        "Donau",
    ),
    _pair("capital", "What is the capital of {}?", "Australia", "Antarctica", "Canberra"),
    _pair(
        "king",
        "Which king of {} was executed in 1793?",
        "France",
        "Switzerland",
        "Louis XVI",
        "King Louis XVI",
    ),
    _pair(
        "moon",
        "What is the name of the larger moon of {}?",
        "Mars",
        "Venus",
        "Phobos",
    ),
)
