"""Edits to what is collected and to how a batch is used, for the runs that remember (`test_caches.py`)."""

from __future__ import annotations

from cache_scenarios import Scenario

__all__ = ["COLLECTED"]

EVENTS = "class Query(Event):\n    text: str\nclass Rows(Event):\n    rows: str\n"

FUNCTION = """def told(ctx: Context, ev: Query | Rows) -> str | None:
    found = ctx.collect_events(ev, [Query, Rows])
    if found is None:
        return None
"""
BY_PLACE = "    query, rows = found\n    return query.text + rows.rows\n"

USES = {"b": "from .a import Query, Rows\n" + FUNCTION + BY_PLACE}

COLLECTED = (
    Scenario(
        "a_batch_is_turned_round",
        EVENTS + FUNCTION + BY_PLACE,
        EVENTS + FUNCTION + "    found.reverse()\n" + BY_PLACE,
        {"b": "from .a import told\n"},
    ),
    Scenario(
        "what_names_a_place_is_bound_again",
        EVENTS + FUNCTION + BY_PLACE,
        EVENTS + FUNCTION + "    rows = found[1]\n" + BY_PLACE,
        {"b": "from .a import told\n"},
    ),
    Scenario("what_is_at_a_place_has_another_field", EVENTS, EVENTS.replace("text: str", "words: str"), USES),
    Scenario("what_is_at_a_place_is_no_event", EVENTS, EVENTS.replace("Rows(Event)", "Rows(BaseModel)"), USES),
    Scenario(
        "the_places_are_exchanged_under_their_names",
        EVENTS,
        EVENTS.replace("Rows(", "Q(").replace("Query(", "Rows(").replace("Q(", "Query("),
        USES,
    ),
)
"""Each changes the verdict on a function that takes from a batch by place."""
