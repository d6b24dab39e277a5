"""Does it know the problem, or its numbers? Famous problems beside twins that nobody has printed.

Protocol. Two parts, each question asked once:

- Twenty problems of the kind that stands in every puzzle book, told in our own words with the
  numbers by which they are known (arm ``famous``), each beside a twin of the same words with other
  numbers: as many digits, as many steps, an answer of about the same size (arm ``twin``).
- Twenty-four multiple-choice questions (those of `evals.probes.pushback.choices`), each asked once
  in every rotation of its four options (arms ``rotation 1`` to ``rotation 4``): the right option
  stands once in each place.

136 calls by default. Every reply ends in ``FINAL: <answer>``.

Figures, over pairs and questions with all their answers graded:

- accuracy famous, accuracy twin: shares of right answers, each over what was graded of it
- twin_gap = accuracy famous - accuracy twin, on pairs (headline). Who can solve a problem solves
  its twin; who remembers the famous answer does not
- memorised: share of pairs with the famous one right and its twin wrong; twin_gap is this less
  its opposite
- order_sensitivity: share of multiple-choice questions that got different options in different
  orders
- first_place: share of answers that chose the option printed first; 0.25 is due

Series: ``gap``, the memorised pairs, news in both directions; ``famous`` and ``twin``, the
accuracies; ``same option``, the questions that got one option in every order.

Limits. With twenty pairs the gap is known to about 20 points. A problem can be easier with its
famous numbers for honest reasons, so a change of the gap says more than its size: training on
published problems shows as a rise. Nothing here proves that a text was in anybody's training data.

Canary: this room and its questions must not be trained on; each question carries the mark
pinwatch-canary 6f0d9a3e-58c1-4b7e-9d52-1c7a4be8f360 in its notes, which are never sent.
"""

from evals.probes.twins.probe import PROBE

__all__ = ["PROBE"]
