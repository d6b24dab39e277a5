"""What records there are, and the sentences that tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """What a value looks like: six characters, or a person's two names."""

    CODE = "code"
    PERSON = "person"


class KeyStyle(StrEnum):
    """What the second word of a record's name is."""

    PLACE = "place"
    NUMBER = "number"
    SURNAME = "surname"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """One thing that a record says.

    ``tells`` are sentences with ``{value}``; ``asks`` is a question with ``{key}``.
    """

    form: Form
    tells: tuple[str, ...]
    asks: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A type of record.

    Attributes:
        name: Of the kind.
        key_style: How its records are named.
        opens: First sentences, with ``{name}`` and ``{date}``.
        attributes: Four, in no order.
        asides: Sentences that answer nothing.
        key: How a question names the record, with ``{name}``.
        paraphrase: How it names the record by other words than the record's own, with ``{month}``
            (an ordinal) and ``{year}``.
    """

    name: str
    key_style: KeyStyle
    opens: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    asides: tuple[str, ...]
    key: str
    paraphrase: str


_STATION: Final = Kind(
    name="station",
    key_style=KeyStyle.PLACE,
    opens=(
        "{name} is a weather station that was opened on {date} at the edge of the northern shelf.",
        "The weather station {name} was opened on {date}, and it has been manned ever since.",
    ),
    attributes=(
        Attribute(
            form=Form.CODE,
            tells=(
                "The code of its outer gate is {value}, and it changes only by written order.",
                "Whoever arrives on foot opens its outer gate with the code {value}.",
            ),
            asks="What is the code of the outer gate of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "Its keeper in this season is {value}, who also winds the clocks.",
                "The keeper who signs its daily log is {value}.",
            ),
            asks="Who is the keeper of {key}?",
        ),
        Attribute(
            form=Form.CODE,
            tells=(
                "On the radio it answers to the call sign {value} at every full hour.",
                "Its call sign on the short-wave band is {value}.",
            ),
            asks="What is the call sign of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "Supplies come by boat twice a month, and the skipper of that boat is {value}.",
                "The skipper of the supply boat is {value}, who brings fuel and flour.",
            ),
            asks="Who is the skipper of the supply boat of {key}?",
        ),
    ),
    asides=(
        "Two masts carry the instruments, and the taller one is painted red.",
        "In winter the path down to the landing is marked with wooden poles.",
        "A spare generator stands in the stone shed behind the main hut.",
        "The barometer in the hall is older than the building around it.",
        "Visitors are asked to leave their boots in the porch and to close both doors.",
        "From the roof one can see three lighthouses on a clear evening.",
    ),
    key="the station {name}",
    paraphrase="the station that began its work in the {month} month of {year}",
)
_SHIPMENT: Final = Kind(
    name="shipment",
    key_style=KeyStyle.NUMBER,
    opens=(
        "The shipment {name} left the port on {date} with a mixed load of tools and cloth.",
        "On {date} the shipment {name} left the port on board of a coastal freighter.",
    ),
    attributes=(
        Attribute(
            form=Form.CODE,
            tells=(
                "Its doors are closed with a lead seal that bears the code {value}.",
                "The code on its seal reads {value} and was noted at the pier.",
            ),
            asks="What is the code on the seal of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "Before loading it was inspected by {value}, and nothing was found amiss.",
                "The inspector who looked through it before loading was {value}.",
            ),
            asks="Before loading, who inspected {key}?",
        ),
        Attribute(
            form=Form.CODE,
            tells=(
                "The warehouse hands it out only against the release code {value}.",
                "Its release code is {value}, which the clerk asks for at the counter.",
            ),
            asks="What is the release code of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "It is addressed to {value}, the consignee, who collects goods in person.",
                "The consignee named in the papers is {value}.",
            ),
            asks="Who is the consignee of {key}?",
        ),
    ),
    asides=(
        "All boxes stand on pallets so that air can pass beneath them.",
        "The freight was paid in advance and the receipt is kept with the papers.",
        "One corner of the crate was mended with a strip of tin.",
        "It may be stacked two high, but nothing wet may be placed beside it.",
        "The weight was taken twice because the first scale was out of order.",
        "A drawing of the load is glued to the inside of the left door.",
    ),
    key="the shipment {name}",
    paraphrase="the shipment that went to sea in the {month} month of {year}",
)
_STAFF: Final = Kind(
    name="staff",
    key_style=KeyStyle.SURNAME,
    opens=(
        "{name} joined the survey office on {date} and has worked in the map room from then on.",
        "Since {date} the survey office has employed {name}, mostly in the map room.",
    ),
    attributes=(
        Attribute(
            form=Form.CODE,
            tells=(
                "The badge that opens the doors to this person carries the code {value}.",
                "The code on this person's badge is {value}.",
            ),
            asks="What is the code on the badge of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "In the first year the mentor was {value}, from the drawing office.",
                "As mentor the office chose {value}.",
            ),
            asks="Who was the mentor of {key}?",
        ),
        Attribute(
            form=Form.CODE,
            tells=(
                "The locker in the basement opens with the code {value} and sticks a little.",
                "To open the locker in the basement one needs the code {value}.",
            ),
            asks="What is the code of the locker of {key}?",
        ),
        Attribute(
            form=Form.PERSON,
            tells=(
                "During holidays the work is taken over by the deputy, {value}.",
                "The deputy who steps in during holidays is {value}.",
            ),
            asks="Who is the deputy of {key}?",
        ),
    ),
    asides=(
        "The desk by the north window is shared with a colleague on early duty.",
        "Old harbour charts are a particular interest, and two of them hang on the wall.",
        "Lunch is taken at noon, usually on the bench in the yard.",
        "A bicycle with a grey basket stands in the rack on most days.",
        "The yearly review was held in spring and ended without remarks.",
        "Training on the new plotting table took place in two afternoons.",
    ),
    key="the staff member {name}",
    paraphrase="the person who was hired in the {month} month of {year}",
)

KINDS: Final = (_STATION, _SHIPMENT, _STAFF)
