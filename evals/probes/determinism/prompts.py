"""Prompts on which a model has more than one good way to go on: there, small changes show."""

from __future__ import annotations

from typing import Final

ONE_WORD: Final = "Reply with one word only."

ONE_TOKEN: Final = (
    ("colour", "Name a colour.", "Green"),
    ("forest-animal", "Name an animal that lives in a forest.", "Deer"),
    ("fruit", "Name a fruit.", "Pear"),
    ("month", "Name a month of the year.", "May"),
    ("instrument", "Name a musical instrument.", "Violin"),
    ("weekday", "Name a day of the week.", "Friday"),
    ("tool", "Name a tool that a carpenter uses.", "Hammer"),
    ("city", "Name a city by the sea.", "Lisbon"),
    ("weather", "How was the weather on the first page of an old novel?", "Stormy"),
    ("drawer", "What lay in the drawer that nobody had opened for years?", "Letters"),
)
"""Name, question and a possible reply. Each has many right answers."""

SHORT: Final = (
    ("train", "A train leaves at 09:40 and arrives at 12:15. How many minutes is that?", "155"),
    ("product", "What is 17 times 23?", "391"),
    ("letters", "How many letters does the word lantern have?", "7"),
    ("yesterday", "The day after tomorrow is a Thursday. Which day was yesterday?", "Monday"),
    ("longest", "Which word is the longest: harbour, sun or window?", "harbour"),
    ("shelves", "Five shelves hold 18 books each; 27 are lent out. How many are left?", "63"),
)
"""Name, question and the right answer."""

LONG: Final = (
    (
        "lighthouse",
        "Write about 250 words on the last day of a lighthouse keeper before he retires.",
    ),
    ("market", "Describe a morning at a fish market in about 250 words."),
    ("bicycle", "Explain in about 250 words why a moving bicycle stays upright."),
    ("letter", "Write a letter of about 250 words from a gardener to the new owner of the garden."),
)
"""Name and task."""

EXAMPLE: Final = (
    "What is 12 plus 30?",
    "12 and 30 make 42.\nFINAL: 42",
)
"""An earlier turn of the short questions: without it, small models forget the last line."""

FINAL_LINE: Final = "End your reply with one line: FINAL: <answer>"
