"""Does it still do as it is told? Sixty tasks with rules of form that a program can verify.

Protocol: fifteen kinds of rules (JSON keys, bullets, a numbered list, lines, sentences, words,
first and last words, words to use and to avoid, no comma, no digits, lower and upper case, quotes),
four tasks each: two with that rule alone, two with one or two others beside it. Only the form is
graded, never the content, and no rule is hard: this is the floor that every release should hold.

A reply keeps a rule strictly if it does so as it is; loosely if it does so as it is or after any
of: taking the code fence away, the first line, the last line, both, and markdown marks.

Figures, over the replies that were graded:

- prompt strict, prompt loose: shares of replies that keep all their rules
- instruction strict, instruction loose: shares of rules that are kept; the interval allows for
  rules of one reply being broken together
- chattiness = prompt loose - prompt strict: replies that are right but for what is wrapped around
  them. It is the first thing to move when a model is tuned to be friendlier.

Limits: a loose reading can also forgive what was meant (a comma in the first line); sixty replies
bound a share by about 12 points either way.

Source of the strict and the loose reading, as ideas: Zhou et al., "Instruction-following evaluation
for large language models" (arXiv 2311.07911). Tasks, rules and checks are our own.
"""

from evals.probes.instruction_floor.probe import PROBE

__all__ = ["PROBE"]
