"""Settling models and dataclasses: the fields that changed, then the validators of the whole, once.

`plan` is what the model's core schema says (`validation.ModelPlan`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from typedflow.state.draft.model import set_extra, set_private
from typedflow.state.draft.registry import ATOM, FREEZE, KINDS, DraftHost, note, notes
from typedflow.state.draft.same import same
from typedflow.state.draft.settlement import MISSING, Loc, Settlement
from typedflow.state.per_class import own_code

__all__ = ["MODEL_PLANS", "guarded", "quick_settler", "settle_chain", "settle_model"]

_EXACT = frozenset({int, str, bool, bytes, type(None)})
_BUSY: Any = type("Busy", (), {"__slots__": ()})()
"""Stands for the result of a draft that is being settled; meeting it is a cycle."""
_NOTHING: dict[str, Any] = {}


MODEL_PLANS: dict[type, Any] = {}
"""What is known of a model (`validation.ModelPlan`), by the class of its drafts."""


def settle_model(
    draft: Any, plan: Any, old: Any, run: Settlement, loc: Loc, validate: bool = True, rules: bool = True
) -> Any:
    """The draft of a model as the committed state is to hold it: itself, or its base where nothing changed.

    `validate`: its fields are to be validated; `rules`: its model validators are to run. Being valid does not depend
    on where a model stands, so a draft that stands at two places is settled once. Where a validator has written to
    drafts (`late`), what it wrote is settled as well, and the rules run again only for a model whose own fields it
    changed.
    """
    changed = draft._tf_changed
    base = draft._tf_base
    if changed is None:
        return base
    key = id(draft)
    results = run.results
    known = results.get(key)
    if type(changed) is str:
        if known is None and base is not None and plan.simple and changed in draft.__dict__:
            # One field of a model without rules: a link of the chain that leads to a change further down.
            results[key] = _BUSY
            value, stood = draft.__dict__[changed], base.__dict__[changed]
            if value is not stood:
                settled = plan.places[changed].settle(value, stood, run, (loc, changed))
                draft.__dict__[changed] = settled
                if settled is not stood:
                    run.fresh.append(draft)
                    results[key] = draft
                    return draft
            results[key] = base
            return base
        changed = notes(draft)
    if known is not None:
        if known is _BUSY:
            run.cycle(loc, draft)
            return draft
        if not run.scope.late:
            return known
        values = draft.__dict__
        moved = any(values.get(name, MISSING) is not seen for name, seen in changed.items() if name in values)
        rules = rules and moved and not run.problems
    results[key] = _BUSY
    found = len(run.problems)
    if _settle_fields(draft, plan, changed, base, run, loc, validate):
        if rules and plan.rules and len(run.problems) == found and not run.cyclic:
            if plan.full:
                _validate_whole(draft, plan, base, run, loc)
            else:
                _run_after_validators(draft, plan, base, run, loc)
        run.fresh.append(draft)
        result = draft
        if base is None and old is not MISSING and old is not None and same(draft, old):
            result = old
    else:
        result = base
    results[key] = result
    return result


Quick = Callable[[Any, Any, Any], bool | None]


def quick_settler(scalars: dict[str, Any]) -> Quick:
    """The short way for the edit that assigned to a few scalar fields of a model that has no validators of its own.

    It answers whether that changed the model; None: this is no such edit, or something is wrong with it; then the long
    way, from the start. Validating a scalar twice does no harm: no function of a user's is called here.
    """

    @own_code
    def quick(draft: Any, changed: Any, base: Any) -> bool | None:
        if type(changed) is not str:
            return several(draft, changed, base)
        place = scalars.get(changed)
        if place is None or base is None:
            return None
        values, stood = draft.__dict__, base.__dict__[changed]
        try:
            value = values[changed]
        except KeyError:
            return None
        if value is stood:
            return False
        cls = type(value)
        if cls is not place.exact:
            try:
                value = values[changed] = place.validate(value)
            except ValidationError:
                return None
            cls = type(value)
        if cls is type(stood) and value == stood and (cls in _EXACT or same(value, stood)):
            values[changed] = stood
            return False
        return True

    def several(draft: Any, changed: dict[str, Any], base: Any) -> bool | None:
        really = False
        for name in changed:
            verdict = quick(draft, name, base)
            if verdict is None:
                return None
            really = really or verdict
        return really

    return quick


def settle_chain(draft: Any, plan: Any, base: Any, scope: DraftHost) -> bool | None:
    """The short way for the edit of scalars some levels down, where each model above has nothing else that changed.

    Answers as the `quick` of a plan does; with True, all of the chain but `draft` itself is frozen. Each link is the
    draft of what stood at its place, so it needs no validation there, and the chain goes down the committed tree and
    cannot come back.
    """
    chain = []
    changed = draft._tf_changed
    while type(changed) is str and changed in plan.links:
        draft, base = draft.__dict__.get(changed), base.__dict__[changed]
        plan = MODEL_PLANS.get(type(draft))
        if plan is None or draft._tf_base is not base or draft._tf_scope is not scope:
            return None
        chain.append(draft)
        changed = draft._tf_changed
    verdict: bool | None = False if changed is None else plan.quick(draft, changed, base)
    if verdict:
        for draft in chain:
            FREEZE[type(draft)](draft)
    return verdict


def _settle_fields(
    draft: Any, plan: Any, changed: dict[str, Any], base: Any, run: Settlement, loc: Loc, validate: bool
) -> bool:
    """Settle what was noted; whether anything really changed."""
    values = draft.__dict__
    before: dict[str, Any] = _NOTHING if base is None else base.__dict__
    places = plan.places if validate else plan.trusted_places
    really = base is None
    for name, seen in changed.items():
        value = values.get(name, MISSING)
        stood = before.get(name, MISSING)
        if value is stood:
            continue
        place = places[name]
        if value is MISSING:
            value = _default(draft, plan, name, run, loc)
            if value is MISSING:
                really = True
                continue
        if value is seen and (place.leaf or KINDS[type(value)] == ATOM):
            settled = value
        else:
            settled = place.settle(value, stood, run, (loc, name))
        if settled is not value or name not in values:
            values[name] = settled
        changed[name] = settled
        if settled is not stood:
            really = True
    if plan.plain:
        return really
    if plan.informed is not None and really and validate:
        _run_informed(draft, plan, before, run, loc)
    if plan.has_extra and _settle_extra(draft, plan, base, run, loc):
        really = True
    return (plan.has_private and _settle_private(draft, plan, base, run, loc)) or really


def _settle_extra(draft: Any, plan: Any, base: Any, run: Settlement, loc: Loc) -> bool:
    extra = draft.__pydantic_extra__
    stood = MISSING if base is None else base.__pydantic_extra__
    settled = plan.extra.settle(extra, stood, run, loc)
    if settled is not extra:
        set_extra(draft, settled)
    return settled is not stood


def _settle_private(draft: Any, plan: Any, base: Any, run: Settlement, loc: Loc) -> bool:
    """Private attributes are kept and versioned, but never validated: they are no part of the schema."""
    private = draft.__pydantic_private__
    stood = None if base is None else base.__pydantic_private__
    if private is None:
        return stood is not None
    settled = {
        name: plan.trust.settle(value, MISSING if stood is None else stood.get(name, MISSING), run, (loc, name))
        for name, value in private.items()
    }
    same_all = stood is not None and settled.keys() == stood.keys() and all(settled[k] is stood[k] for k in settled)
    if not same_all or base is not None:
        set_private(draft, settled)
    return not same_all


def _default(draft: Any, plan: Any, name: str, run: Settlement, loc: Loc) -> Any:
    """What a field that was deleted holds: its default."""
    default = plan.default(name, draft.__dict__)
    if default is MISSING:
        run.problem((loc, name), draft, "Field required", "missing")
    return default


def _run_informed(draft: Any, plan: Any, before: dict[str, Any], run: Settlement, loc: Loc) -> None:
    """Field validators that read `info.data` see the other fields, so they run again whichever field changed."""
    values = draft.__dict__
    if run.problems:
        return
    try:
        validated = plan.informed(dict(values))
    except ValidationError as error:
        run.reject(loc, error)
        return
    for name in plan.informed_names:
        settled = plan.trust.settle(validated[name], before.get(name, MISSING), run, (loc, name))
        values[name] = settled
        draft._tf_changed[name] = settled


def _run_after_validators(draft: Any, plan: Any, base: Any, run: Settlement, loc: Loc) -> None:
    """Run the model's own after-validators over the draft itself, then settle what they changed."""
    scope = run.scope
    outer, scope.late = scope.late, False
    drafts = len(scope.drafts)
    result = guarded(plan.after, draft, run, loc)
    if result is MISSING:
        scope.late = outer
        return
    if result is not draft:
        _take_over(draft, result, plan, run, loc)
    if scope.late or result is not draft or len(scope.drafts) != drafts:
        # It wrote, or it read what was committed and so drafted it: either way there are drafts that are not settled.
        scope.late = True
        _settle_fields(draft, plan, draft._tf_changed, base, run, loc, True)
    scope.late = outer


def guarded(validator: Any, value: Any, run: Settlement, loc: Loc) -> Any:
    """The validator's answer, or MISSING and a problem. A write to a draft that it makes sets `scope.late`."""
    run.scope.writable = False
    try:
        return validator(value)
    except ValidationError as error:
        run.reject(loc, error)
        return MISSING
    finally:
        run.scope.writable = True


def _take_over(draft: Any, result: Any, plan: Any, run: Settlement, loc: Loc) -> None:
    """An after-validator answered with another instance: the draft takes its fields."""
    if not isinstance(result, plan.cls):
        run.problem(loc, result, "a model validator must return the model", "model_type")
        return
    values = draft.__dict__
    for name in plan.places:
        value = getattr(result, name, MISSING)
        if value is not MISSING and value is not values.get(name, MISSING):
            values[name] = value
            note(draft, name)


def _validate_whole(draft: Any, plan: Any, base: Any, run: Settlement, loc: Loc) -> None:
    """Models with before- or wrap-validators or an `__init__` of their own are validated in full."""
    values = draft.__dict__
    data = dict(values)
    if plan.has_extra:
        data.update(draft.__pydantic_extra__)
    outer = run.scope.late
    result = guarded(plan.whole, data, run, loc)
    if result is MISSING:
        return
    run.scope.late = True
    before: dict[str, Any] = _NOTHING if base is None else base.__dict__
    for name in plan.places:
        if hasattr(result, name):
            settled = plan.trust.settle(getattr(result, name), before.get(name, MISSING), run, (loc, name))
            values[name] = settled
            draft._tf_changed[name] = settled
    if plan.has_extra and result.__pydantic_extra__ is not None:
        extra = plan.trust.settle(
            dict(result.__pydantic_extra__), base.__pydantic_extra__ if base is not None else MISSING, run, loc
        )
        set_extra(draft, extra)
    run.scope.late = outer
