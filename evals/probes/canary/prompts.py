"""Prompts with many good first words. No prompt is part of another one."""

from __future__ import annotations

from typing import Final

PROMPTS: Final = (
    ("letter", "Pick any letter you like.", "Q"),
    ("hundred", "Pick any number up to a hundred.", "42"),
    ("garden", "Something green from a garden:", "Leaf"),
    ("sea-word", "Say one word about the sea.", "Deep"),
    ("heads", "Heads or tails? I flip now:", "Heads"),
    ("left-right", "Left or right, quickly:", "Left"),
    ("story", "Begin a story with a single word.", "Once"),
    ("sound", "Make the sound of a door.", "Creak"),
    ("stranger", "Greet a stranger.", "Hello"),
    ("tomorrow", "Tomorrow will be", "Sunny"),
    ("cat-name", "A good name for a grey cat:", "Ash"),
    ("soup", "The soup needs more", "Salt"),
    ("window", "Outside the window there was a", "Tree"),
    ("shorter", "Finish this with a word: the days are getting", "Longer"),
    ("key", "Behind the locked door I found the", "Book"),
    ("answer-me", "Answer me, my friend.", "Yes"),
    ("tune", "Hum me a tune.", "Hmm"),
    ("bread", "Bread and", "Butter"),
    ("season", "Which season, spontaneously?", "Autumn"),
    ("dots", "Dot, dash, dot. Next:", "Dash"),
)
"""Name, prompt, and a possible reply."""
