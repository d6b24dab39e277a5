"""How much at once? Depth against breadth on the same fifty problems.

Protocol: fifty short problems with a whole number as answer, all answers different; each is asked
alone (50 calls), among five (10 calls) and among all fifty (1 call), in one wording and after the
same two examples. Only the breadth of the prompt differs. Each problem of a call is graded by
itself, by its number in the reply.

Figures, a problem being paired with itself:

- accuracy alone, accuracy five, accuracy together: shares of right answers among those given
- breadth_cost = accuracy alone - accuracy together, over problems answered in both; breadth_cost
  five likewise
- omission: share of the questions of whole replies that got no answer. Missing is not wrong
- order_slope: what is won from the first to the last place of the long list, as the least-squares
  slope of (right together - right alone); alone is taken off, since the problems differ
- off_by_one: share of answers in the long list that belong to the line before or after

Series: the accuracy of each breadth, over the answers that were given, and ``given`` and ``given
five``: the shares of the long list and of the lists of five that were. A list with gaps is a change
of behaviour, not a failed measurement.

Limits: the fifty answers together come out of one call, so one bad reply moves many of them, and a
swing of that series needs its confirmation more than others. A reply that was cut is missing as a
whole.

Published, for orientation, on long histories rather than lists: gpt-4.1 answered 87.25 % of 306
questions beside their evidence alone, and 59.15 % inside the full history; of the discordant ones
96 were lost and 10 won (Hong, Troynikov, Huber, "Context rot", 2025, recomputed from its data).
"""

from evals.probes.breadth.probe import PROBE

__all__ = ["PROBE"]
