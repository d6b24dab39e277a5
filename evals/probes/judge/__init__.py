"""Has the judge moved? Replies that people have labelled, judged anew in every run.

Where a model grades replies, a change of its mind looks exactly like a change of the endpoint. So
the judge is pinned like an endpoint, and a frozen set of anchors goes before it in every run that
it takes part in: fifteen questions with a rule each, one reply that keeps the rule and one that
breaks it, labelled by us. The endpoint under watch is asked nothing: the replies are given.

Figures:

- agreement: share of anchors that the judge grades as labelled
- false_pass: share of the replies that break their rule and pass
- false_fail: share of those that keep it and fail

If agreement moves, up or down, the scores of this run that come from the judge are not the
endpoint's: their verdicts are ``invalid``, and what moved is the judge. A suite with a judge gets
this probe by itself.

Limits: thirty anchors see a judge that changes its mind on about one in six; a judge that always
says the same agrees with half of them.
"""

from evals.probes.judge.probe import PROBE

__all__ = ["PROBE"]
