"""Is this number prime? The probe behind the best known silent change.

Protocol: fifty primes and fifty composites of four or five digits, each asked once. Every composite
stands beside a prime of nearly its size with the same last digit, and has no factor under 11, so
that neither size nor the usual divisibility rules give the answer away. Two worked examples stand
before the question as earlier turns, one of each kind; the reply ends in ``FINAL: yes`` or
``FINAL: no``.

Figures, over the questions that were graded:

- accuracy primes, accuracy composites: shares of right answers in each class
- balanced_accuracy = (accuracy primes + accuracy composites) / 2; a coin and a model that always
  says the same both score a half
- yes_rate: share of "yes"; 0.5 is due

The classes are series of their own, since a change of mind about all numbers leaves the total where
it was: between March and June 2023, GPT-4 went from calling most numbers prime to calling none so.

Limits: guessing scores a half, so a model near a half may change its reasons unseen; the yes rate
then still moves.

Source of the idea and of the published figures: Chen, Zaharia, Zou, "How is ChatGPT's behavior
changing over time?" (arXiv 2307.09009); the class accuracies are recomputed from its data.
"""

from evals.probes.primes.probe import PROBE

__all__ = ["PROBE"]
