"""Random edits of random models against the oracle: equal results or both reject; and what must hold after each."""

from __future__ import annotations

import copy
import os
import random
from typing import Any

import jsonpatch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from typedflow.errors import StateValidationError
from typedflow.state.draft import commit_value, open_draft

from .zoo import FIELDS, Rejected, canon, edit, leaks, model_of, separate, validated

EDITS = int(os.environ.get("TYPEDFLOW_FUZZ_EDITS", "2000"))
"""How many edits the seeded run makes; 100,000 take about ten minutes: TYPEDFLOW_FUZZ_EDITS=100000 pytest <this
file>.
"""


def dump(state: Any) -> Any:
    return state.model_dump(mode="json", round_trip=True, by_alias=False, warnings=False)


def edit_both(base: Any, seeds: list[int], abort: bool) -> Any:
    """Make the edits on a draft of `base` and on a plain copy; check everything; the state that is to be edited
    next.
    """
    before = canon(base)
    plain = separate(base)
    scope = open_draft(base)
    for seed in seeds:
        outcomes = []
        for root in (plain, scope.draft):
            try:
                edit(root, random.Random(seed))
                outcomes.append("done")
            except Exception as error:
                outcomes.append(type(error).__name__)
        assert outcomes[0] == outcomes[1], f"the plain value: {outcomes[0]}, the draft: {outcomes[1]}"
    if abort:
        scope.close()
        assert canon(base) == before
        assert leaks(base) == []
        return base
    try:
        expected = validated(plain)
    except Rejected as rejected:
        try:
            result = scope.commit()
        except StateValidationError:
            pass
        else:
            raise AssertionError(f"committed {result and result.state!r}, should be rejected: {rejected}") from rejected
        scope.close()
        assert canon(base) == before
        assert leaks(base) == []
        return base
    committed = scope.commit()
    scope.close()
    state = base if committed is None else committed.state
    assert canon(state) == canon(expected)
    assert canon(base) == before
    assert leaks(state) == []
    if committed is not None:
        assert jsonpatch.apply_patch(dump(base), copy.deepcopy(committed.patch)) == dump(state)
    return state


class Edits(RuleBasedStateMachine):
    """One state, edited again and again."""

    @initialize(names=st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=6, unique=True))
    def open(self, names: list[str]) -> None:
        model = model_of(tuple(names))
        self.state = commit_value(model, model())

    @rule(seeds=st.lists(st.integers(0, 2**32), min_size=1, max_size=5), abort=st.booleans())
    def edit(self, seeds: list[int], abort: bool) -> None:
        self.state = edit_both(self.state, seeds, abort)


def test_edits_of_a_draft_and_of_a_plain_copy_agree_whatever_hypothesis_tries() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call, unused-ignore]  # untyped in some releases of hypothesis
        Edits,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


def test_edits_of_a_draft_and_of_a_plain_copy_agree_on_seeded_edits() -> None:
    made = 0
    names = sorted(FIELDS)
    seed = int(os.environ.get("TYPEDFLOW_FUZZ_SEED", "0"))
    while made < EDITS:
        seed += 1
        rng = random.Random(seed)
        model = model_of(tuple(sorted(rng.sample(names, rng.randrange(1, 4)))))
        state: Any = commit_value(model, model())
        for _ in range(8):
            seeds = [rng.randrange(2**32) for _ in range(rng.choice([1, 1, 2, 4]))]
            try:
                state = edit_both(state, seeds, rng.random() < 0.1)
            except Exception as error:
                raise AssertionError(f"seed {seed}, model {sorted(model.model_fields)}: {error}") from error
            made += 1
