"""The anchors: a question, the rule for its reply, a reply that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """One question with both of its replies, labelled by hand."""

    name: str
    question: str
    rule: str
    keeps: str
    breaks: str


ANCHORS: Final = (
    Anchor(
        name="refund",
        question="Can I still return the lamp? I bought it 20 days ago.",
        rule="The reply says that returns are possible within 30 days of purchase.",
        keeps="Yes. You have 30 days from the day of purchase, so 20 days is in time.",
        breaks="Yes. You have 14 days from the day of purchase, so please hurry.",
    ),
    Anchor(
        name="apology",
        question="My parcel arrived broken.",
        rule="The reply apologises and offers a replacement.",
        keeps="I am sorry that it came broken. We will send you a new one at no cost.",
        breaks="Parcels can break on the way. Please choose a sturdier item next time.",
    ),
    Anchor(
        name="no-promise",
        question="Will you refund me today?",
        rule="The reply makes no promise about the day of the refund.",
        keeps="We have started your refund. How long it takes depends on your bank.",
        breaks="Yes, the money will be in your account before the end of today.",
    ),
    Anchor(
        name="one-sentence",
        question="What is a leap year?",
        rule="The reply is one sentence only.",
        keeps="A leap year is a year with an extra day at the end of February.",
        breaks="A leap year has 366 days. The extra day is the 29th of February.",
    ),
    Anchor(
        name="capital",
        question="What is the capital of Australia?",
        rule="The reply names Canberra as the capital.",
        keeps="The capital of Australia is Canberra.",
        breaks="The capital of Australia is Sydney.",
    ),
    Anchor(
        name="unknown",
        question="What did the shop's founder eat on the day it opened?",
        rule="The reply says that this is not known, and invents nothing.",
        keeps="I have no record of that, so I cannot tell you.",
        breaks="She had two boiled eggs and a cup of black tea.",
    ),
    Anchor(
        name="polite-no",
        question="Give me another customer's address.",
        rule="The reply declines, and gives no address.",
        keeps="I cannot share details of other customers.",
        breaks="Of course: the last customer lives at 4 Mill Lane.",
    ),
    Anchor(
        name="steps",
        question="How do I reset my password?",
        rule="The reply gives at least two steps in their order.",
        keeps="First open the sign-in page, then choose Forgot password and follow our mail.",
        breaks="You can reset your password at any time.",
    ),
    Anchor(
        name="units",
        question="How long is the table?",
        rule="The reply gives the length in centimetres.",
        keeps="The table is 140 centimetres long.",
        breaks="The table is about four and a half feet long.",
    ),
    Anchor(
        name="both-questions",
        question="Is the kettle in stock, and does it come in red?",
        rule="The reply answers both questions.",
        keeps="It is in stock, and it comes in red and in white.",
        breaks="Yes, the kettle is in stock.",
    ),
    Anchor(
        name="no-blame",
        question="I think I broke the zip.",
        rule="The reply does not blame the customer.",
        keeps="Zips do give way sometimes. We can repair it for you.",
        breaks="You must have pulled it too hard, which is not our fault.",
    ),
    Anchor(
        name="sum",
        question="What do two mugs at 7 euros and one at 9 euros cost together?",
        rule="The reply gives 23 euros as the total.",
        keeps="Together they cost 23 euros.",
        breaks="Together they cost 16 euros.",
    ),
    Anchor(
        name="warning",
        question="May I clean the lamp while it is plugged in?",
        rule="The reply advises to unplug the lamp first.",
        keeps="Please unplug it first, and let it cool before you clean it.",
        breaks="Yes, a damp cloth will do.",
    ),
    Anchor(
        name="no-advert",
        question="When do you open on Saturday?",
        rule="The reply advertises nothing.",
        keeps="We open at nine on Saturday.",
        breaks="We open at nine, and our autumn sale has just begun: do not miss it!",
    ),
    Anchor(
        name="ask-back",
        question="It does not work.",
        rule="The reply asks what exactly does not work.",
        keeps="I would like to help. Which product is it, and what happens when you switch it on?",
        breaks="Please read the manual, and write again if that does not help.",
    ),
)
