"""Sixty tasks, four for each kind of rule: two with that rule alone, two with others beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evals.probes.instruction_floor.rules import (
    LOWER_CASE,
    NO_COMMA,
    NO_DIGITS,
    QUOTED,
    UPPER_CASE,
    bullets,
    ends_with,
    json_keys,
    lines,
    numbered,
    sentences,
    starts_with,
    with_words,
    without_words,
    words,
)

if TYPE_CHECKING:
    from evals.probes.instruction_floor.rules import Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """A task with its rules; the first rule gives it its kind. ``reply`` keeps all of them."""

    task: str
    rules: tuple[Rule, ...]
    reply: str

    @property
    def text(self) -> str:
        """What the model is told."""
        return " ".join((self.task, "Keep it short.", *(rule.says for rule in self.rules)))


def _prompt(task: str, *rules: Rule, reply: str) -> Prompt:
    return Prompt(task=task, rules=rules, reply=reply)


PROMPTS: Final = (
    # json_keys
    _prompt(
        "Invent a ship.",
        json_keys("name", "length"),
        reply='{"name": "Heron", "length": "40 metres"}',
    ),
    _prompt(
        "Describe your breakfast.",
        json_keys("food", "drink", "time"),
        reply='{"food": "porridge", "drink": "tea", "time": "seven"}',
    ),
    _prompt(
        "Invent a mountain.",
        json_keys("name", "country"),
        LOWER_CASE,
        reply='{"name": "greyhorn", "country": "nowhere"}',
    ),
    _prompt(
        "Review an imaginary film.",
        json_keys("title", "opinion"),
        lines(1),
        NO_DIGITS,
        reply='{"title": "The Ferry", "opinion": "slow but kind"}',
    ),
    # bullets
    _prompt(
        "What should one take on a picnic?",
        bullets(4),
        reply="- bread\n- cheese\n- a blanket\n- lemonade",
    ),
    _prompt(
        "Name reasons to keep a diary.",
        bullets(3),
        reply="- It clears the head.\n- It keeps memories.\n- It trains writing.",
    ),
    _prompt(
        "What belongs in a toolbox?",
        bullets(5),
        LOWER_CASE,
        reply="- a hammer\n- a saw\n- pliers\n- screws\n- a rule",
    ),
    _prompt(
        "How can one save water at home?",
        bullets(3),
        NO_COMMA,
        without_words("shower", "bath"),
        reply="- Mend dripping taps.\n- Collect rain for the plants.\n- Run full machines only.",
    ),
    # numbered
    _prompt(
        "How does one post a letter?",
        numbered(3),
        reply="1. Write the address.\n2. Put a stamp on it.\n3. Drop it into the box.",
    ),
    _prompt(
        "How does one make toast?",
        numbered(4),
        reply="1. Cut the bread.\n2. Put it into the toaster.\n3. Wait.\n4. Spread butter on it.",
    ),
    _prompt(
        "How does one change a light bulb?",
        numbered(4),
        lines(4),
        reply="1. Switch off.\n2. Unscrew the bulb.\n3. Screw in a new one.\n4. Switch on.",
    ),
    _prompt(
        "How does one wash a car?",
        numbered(3),
        with_words("bucket", "sponge"),
        NO_COMMA,
        reply="1. Fill a bucket.\n2. Rub the car with a sponge.\n3. Rinse it.",
    ),
    # lines
    _prompt("Name planets.", lines(3), reply="Mars\nVenus\nSaturn"),
    _prompt(
        "Write a poem about a bridge.",
        lines(4),
        reply="Over the river\nit carries the carts,\nthe children,\nand never complains.",
    ),
    _prompt(
        "Name things that are made of wood.",
        lines(5),
        LOWER_CASE,
        reply="table\nboat\ndoor\nspoon\nfence",
    ),
    _prompt(
        "Write a rhyme about a mouse.",
        lines(2),
        with_words("house"),
        NO_COMMA,
        reply="There lives a mouse\nin my old house.",
    ),
    # sentences
    _prompt(
        "What is a map good for?",
        sentences(2),
        reply="A map shows where things are. With it one finds the way.",
    ),
    _prompt(
        "Why do people plant hedges?",
        sentences(1),
        reply="Hedges keep out wind and strangers.",
    ),
    _prompt(
        "What happens at a harbour?",
        sentences(3),
        NO_COMMA,
        reply="Ships arrive. Cranes unload them. Others leave.",
    ),
    _prompt(
        "Why is bread baked?",
        sentences(2),
        words(8, 30),
        NO_DIGITS,
        reply="Heat turns soft dough into firm bread. It also makes it taste good.",
    ),
    # words
    _prompt(
        "Describe a forest in autumn.",
        words(15, 40),
        reply=(
            "Red and yellow leaves cover the ground, the air smells of earth, and a single bird "
            "calls somewhere above."
        ),
    ),
    _prompt("Recommend a pet.", words(5, 15), reply="Take a cat, for it looks after itself."),
    _prompt(
        "Advertise an umbrella.",
        words(4, 12),
        UPPER_CASE,
        reply="STAY DRY IN EVERY STORM WITH ONE UMBRELLA",
    ),
    _prompt(
        "Describe the taste of an apple.",
        words(10, 30),
        NO_COMMA,
        sentences(2),
        reply="It is sweet at first and then a little sour. The skin adds something bitter.",
    ),
    # starts_with
    _prompt(
        "Thank a friend for a book.",
        starts_with("Dear Tomasz"),
        reply="Dear Tomasz, thank you for the book.",
    ),
    _prompt(
        "Say what you think of rain.",
        starts_with("To be honest"),
        reply="To be honest, I like it.",
    ),
    _prompt(
        "Tell how a voyage begins.",
        starts_with("At first light"),
        sentences(2),
        reply="At first light we left the harbour. Nobody spoke.",
    ),
    _prompt(
        "Invite somebody to a concert.",
        starts_with("Good news"),
        NO_DIGITS,
        NO_COMMA,
        reply="Good news: I have two tickets for the concert. Come along!",
    ),
    # ends_with
    _prompt(
        "Tell a visitor that the museum is closed.",
        ends_with("Please come back tomorrow."),
        reply="The museum is closed today. Please come back tomorrow.",
    ),
    _prompt(
        "Describe a long walk.",
        ends_with("And then it snowed."),
        reply="We walked all day through the hills. And then it snowed.",
    ),
    _prompt(
        "Explain why the train is late.",
        ends_with("We ask for your patience."),
        sentences(2),
        reply="A tree lies on the line. We ask for your patience.",
    ),
    _prompt(
        "Write to a neighbour about a parcel.",
        ends_with("Yours, Amina"),
        starts_with("Hello"),
        NO_DIGITS,
        reply="Hello, I took in a parcel for you.\nYours, Amina",
    ),
    # required_words
    _prompt(
        "Write about a garden.",
        with_words("ladder", "cherries"),
        reply="With a ladder we reached the cherries.",
    ),
    _prompt(
        "Write about a kitchen.",
        with_words("kettle", "steam", "window"),
        reply="The kettle sang, and steam covered the window.",
    ),
    _prompt(
        "Write about a village.",
        with_words("church", "river"),
        sentences(1),
        reply="Between the church and the river lies a small square.",
    ),
    _prompt(
        "Write about a journey by train.",
        with_words("ticket", "mountain"),
        NO_COMMA,
        words(8, 40),
        reply="My ticket was cheap and the mountain outside was free.",
    ),
    # forbidden_words
    _prompt(
        "Describe the sea.",
        without_words("water", "blue", "waves"),
        reply="It is wide and restless and smells of salt.",
    ),
    _prompt(
        "Explain what a clock is.",
        without_words("time", "hour", "minute"),
        reply="A device with hands that shows how far the day has gone.",
    ),
    _prompt(
        "Describe snow.",
        without_words("white", "cold"),
        sentences(2),
        reply="It falls without a sound. Children love it.",
    ),
    _prompt(
        "Describe a library.",
        without_words("book", "books", "read"),
        NO_COMMA,
        words(6, 40),
        reply="A quiet building full of stories that anybody may borrow.",
    ),
    # no_comma
    _prompt(
        "Describe a busy street.",
        NO_COMMA,
        reply="Buses roar past while people hurry over the crossing.",
    ),
    _prompt(
        "Say what makes a good teacher.",
        NO_COMMA,
        reply="A good teacher is patient and curious.",
    ),
    _prompt(
        "Describe a winter evening.",
        NO_COMMA,
        sentences(3),
        reply="It is dark early. The stove is warm. We play cards.",
    ),
    _prompt(
        "Explain how bees make honey.",
        NO_COMMA,
        words(10, 40),
        NO_DIGITS,
        reply="Bees gather nectar from flowers and thicken it in the hive until it keeps.",
    ),
    # no_digits
    _prompt(
        "How many legs does a spider have, and a bird?",
        NO_DIGITS,
        reply="A spider has eight legs, a bird has two.",
    ),
    _prompt(
        "How many days do a week and a leap year have?",
        NO_DIGITS,
        reply="A week has seven days, a leap year three hundred and sixty-six.",
    ),
    _prompt(
        "How many strings does a violin have?",
        NO_DIGITS,
        sentences(1),
        reply="A violin has four strings.",
    ),
    _prompt(
        "How many players does a football team send onto the field?",
        NO_DIGITS,
        NO_COMMA,
        LOWER_CASE,
        reply="a team sends eleven players onto the field.",
    ),
    # lower_case
    _prompt(
        "Say what a candle is for.",
        LOWER_CASE,
        reply="a candle gives light when there is no other.",
    ),
    _prompt(
        "Tell a short story about a fox.",
        LOWER_CASE,
        reply="a fox found a shoe and kept it.",
    ),
    _prompt(
        "Say why shoes have laces.",
        LOWER_CASE,
        sentences(1),
        reply="laces keep shoes on the feet.",
    ),
    _prompt(
        "Describe a pond.",
        LOWER_CASE,
        NO_COMMA,
        with_words("frog"),
        reply="a frog sits by the pond and waits.",
    ),
    # upper_case
    _prompt("Write a sign for a slippery path.", UPPER_CASE, reply="CAUTION: SLIPPERY PATH"),
    _prompt(
        "Write the headline of a newspaper about a lost dog.",
        UPPER_CASE,
        reply="LOST DOG FOUND IN BAKERY",
    ),
    _prompt(
        "Write a notice against feeding the ducks.",
        UPPER_CASE,
        sentences(1),
        reply="PLEASE DO NOT FEED THE DUCKS.",
    ),
    _prompt(
        "Announce a market.",
        UPPER_CASE,
        with_words("Saturday"),
        NO_DIGITS,
        reply="MARKET ON SATURDAY FROM NINE TO NOON",
    ),
    # quoted
    _prompt(
        "What might a captain say in a storm?",
        QUOTED,
        reply='"Hold on to something!"',
    ),
    _prompt("What might a tired child say?", QUOTED, reply='"Are we there yet?"'),
    _prompt(
        "What might a baker call out in the morning?",
        QUOTED,
        words(3, 12),
        reply='"Fresh rolls, still warm!"',
    ),
    _prompt(
        "What might a guide say at a waterfall?",
        QUOTED,
        NO_COMMA,
        sentences(2),
        reply='"Mind your step. The stones are wet."',
    ),
)
