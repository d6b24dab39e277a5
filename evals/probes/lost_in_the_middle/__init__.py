"""Lost in the middle: does it matter where in a long prompt the evidence stands?

**Asked.** Invented records (stations, shipments, staff), each told in a passage of 60 to 110 words
with four attributes; the question asks for one attribute of one record. All other records are of
the same type, have near names and the same attributes: only the key tells them apart. The answer
is a code of six characters or an invented name of two words. Of 20 documents the gold one stands
at position 1, 5, 10, 15 or 20, and nothing else moves: all positions of a question have the same
bytes in another order. The arm ``oracle`` tells the gold document alone, ``closed book`` none;
since every answer is drawn at random, no knowledge can bring a right one closed book. Two worked
questions about a document of their own come before all. Variants (``options.Variant``): the key in
other words, two near duplicates of the gold document, and pairs of random UUIDs.

**Read.** With a_p the accuracy at position p, c closed book, o oracle, over graded answers only:

- mid_deficit = (a_first + a_last)/2 - mean(a_middle), paired by question; the headline
- gap = max a_p - min a_p; slope = a_last - a_first; context_use_p = (a_p - c)/(o - c)
- not_found, wrong_record, wrong_detail, elsewhere: what the mistakes are, as shares of all answers
  with the evidence among other records

**Series.** ``position p`` for each, and the headline ``middle``: accuracy at the middle positions
of the questions that are answered rightly at an end. Each question is one cluster.

**Limits.** Thirty questions see a fall of 20 points at one position in five of six checks at the
1 % level, if the endpoint repeats itself (simulated); a noisier one needs more. English only.

**Source.** Liu et al., "Lost in the Middle", 2023 (arXiv 2307.03172), whose figures are
``published``; records, prompts and code are our own.
"""

from evals.probes.lost_in_the_middle.probe import PROBE

__all__ = ["PROBE"]
