from __future__ import annotations

import numpy as np

from evals.call_state import CallState
from evals.compare.basis import answer_codes, clusters, in_state, outcomes, shared_basis
from tests.factories import a_failure, a_sample, a_score, an_item, samples

ITEMS = [an_item(n) for n in range(4)]
BY_DIGEST = {item.content_digest: item for item in ITEMS}


def test_items_are_matched_by_content_and_not_by_id() -> None:
    renamed = an_item(0, id="another-name")
    basis = shared_basis([a_sample(renamed)], [[a_sample(ITEMS[0])]], BY_DIGEST)
    assert len(basis.items) == 1
    assert basis.excluded == ()


def test_changed_content_under_an_old_id_leaves_the_basis_with_its_reason() -> None:
    changed = an_item(0, targets=("one",))
    basis = shared_basis([a_sample(changed), a_sample(ITEMS[1])], [samples(ITEMS[:2])], BY_DIGEST)
    assert [item.id for item in basis.items] == ["item-001"]
    assert {one.reason: one.item_ids for one in basis.excluded} == {
        "not in the baseline with this content": ("item-000",),
        "in the baseline only": ("item-000",),
    }


def test_another_scorer_version_is_never_compared() -> None:
    regraded = a_sample(ITEMS[0], score=a_score(scorer_version="2"))
    basis = shared_basis([regraded], [[a_sample(ITEMS[0])]], BY_DIGEST)
    assert basis.items == ()
    assert basis.excluded[0].reason == "graded by another version of its scorer"


def test_what_was_not_measured_is_nan_and_never_zero() -> None:
    failed = a_sample(ITEMS[1], score=a_failure(CallState.API_ERROR))
    basis = shared_basis([a_sample(ITEMS[0]), failed], [samples(ITEMS[:2], wrong=[1])], BY_DIGEST)
    before, after = outcomes(basis)
    assert before.tolist() == [[[1.0], [0.0]]]
    assert after[0, 0] == 1.0
    assert np.isnan(after[1, 0])


def test_a_network_error_says_nothing_about_refusals() -> None:
    run = [
        a_sample(ITEMS[0], score=a_failure(CallState.REFUSED)),
        a_sample(ITEMS[1], score=a_failure(CallState.API_ERROR)),
        a_sample(ITEMS[2]),
    ]
    _, after = in_state(shared_basis(run, [samples(ITEMS)], BY_DIGEST), CallState.REFUSED)
    assert after[0, 0] == 1.0
    assert np.isnan(after[1, 0])
    assert after[2, 0] == 0.0


def test_equal_answers_have_equal_codes_within_an_item() -> None:
    run = [a_sample(ITEMS[0], score=a_score(parsed="b"))]
    passes = [[a_sample(ITEMS[0], score=a_score(parsed=said))] for said in ("a", "b")]
    before, after = answer_codes(shared_basis(run, passes, BY_DIGEST))
    assert before.ravel().tolist() == [0, 1]
    assert after.ravel().tolist() == [1]


def test_items_of_one_cluster_share_a_number() -> None:
    items = [an_item(n, cluster="doc" if n < 2 else None) for n in range(3)]
    basis = shared_basis(samples(items), [samples(items)], {i.content_digest: i for i in items})
    numbers = clusters(basis)
    assert numbers is not None
    assert numbers.tolist() == [0, 0, 1]
