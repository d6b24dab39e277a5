"""Does it say that it cannot know? Twins of a question, one with an answer and one without.

Protocol. Sixty pairs of three kinds, each question asked once (120 calls):

- ``entity``: the same question about something well known and about an invented namesake
- ``premise``: a question whose premise is true, and the same one with a premise that is false
- ``text``: a short invented report, whole, and without the one sentence that holds the answer

Every prompt says when the answer is UNKNOWN, and asks for a last line
``FINAL: <answer or UNKNOWN>``. Worked examples of each sort stand before it as earlier
turns. A reply abstains when its answer begins with the word unknown.

Figures, over questions that were graded:

- recall: share of UNKNOWN where it is due
- false_unknown: share of UNKNOWN where an answer is due
- J = recall - false_unknown (headline), over pairs of which both were graded. 1 tells the two
  apart always; a model that always answers and one that never does both score 0
- fabricate = 1 - recall: a value where UNKNOWN is due
- accuracy: share of right answers where one is due; UNKNOWN is wrong there
- J of each kind: inventing a city, obeying a false premise and reading what is not written are
  different faults

Series: ``J``, all questions by whether UNKNOWN was given exactly where it is due, so that its share
is (1 + J) / 2; ``abstains`` and ``answers``, its halves: growing bolder and growing more cautious
move them in opposite directions and may leave J where it was. Pairs are clusters.

Limits. The prompt offers UNKNOWN, so this measures what a model can do when told that it may, not
what it does unasked. Declining in other words is ``refused``, a rate of its own. Facts are few and
well known, so ``accuracy`` says little about knowledge. Names were looked for and not found when
they were invented; nobody can promise that nothing will ever be named so.

Source of the statistic: Youden, Cancer 3 (1950) 32-35. All questions are ours.
"""

from evals.probes.abstention.probe import PROBE

__all__ = ["PROBE"]
