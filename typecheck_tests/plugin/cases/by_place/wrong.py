"""The same, used as what it is not: mypy says so, and at run time it raises."""

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step


class Query(Event):
    text: str = "a"
    n: int = 1


class Rows(Event):
    rows: str = "b"
    n: int = 2


class Narrow(Query):
    width: int = 3


class Sends:
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Query | Rows:
        ctx.send_event(Rows())
        return Query()


# twin: unpacked
class Unpacked(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        return StopEvent(result=[query.text, *query.rows])  # E: attr-defined


# twin: in brackets
class InBrackets(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        [query, rows] = found
        print(found)
        return StopEvent(result=f"{found} {rows.text} {len(rows.rows)}")  # E: attr-defined


# twin: named where it is asked
class NamedWhereItIsAsked(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        if (found := ctx.collect_events(ev, [Query, Rows])) is None:
            return None
        query, rows = found
        return StopEvent(result=rows.text)  # E: attr-defined


# twin: named where it is negated
class NamedWhereItIsNegated(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        if not (found := ctx.collect_events(ev, [Query, Rows])):
            return None
        return StopEvent(result=found[1].text)  # E: attr-defined


# twin: by number
class ByNumber(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        assert len(found) == 2
        if len(found) != 2:
            return None
        return StopEvent(result=found[0].rows)  # E: attr-defined


# twin: asked what both are
class AskedWhatBothAre(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        assert isinstance(query, Query) and isinstance(rows, Rows)
        if not isinstance(query, Query) or not isinstance(rows, Rows):
            raise TypeError(found[0].text)
        return StopEvent(result=query.rows)  # E: attr-defined


# twin: from the end
class FromTheEnd(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        last = found[-1]
        return StopEvent(result=last.text)  # E: attr-defined


# twin: as many names as places
class AsManyNamesAsPlaces(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows, _ = found  # E: misc
        return StopEvent(result=query.text)


# twin: a place that there is
class APlaceThatThereIs(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[2].n)  # E: misc


# twin: in one expression
class InOneExpression(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        return None if found is None else StopEvent(result=found[0].rows)  # E: attr-defined


# twin: after and
class AfterAnd(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev=ev, expected=[Query, Rows], buffer_id="both")
        return StopEvent(result=found[0].text) if found and found[0].rows else None  # E: attr-defined


# twin: where it is there
class WhereItIsThere(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found:
            query, rows = found
            return StopEvent(result=query.text + rows.text)  # E: attr-defined
        return None


# twin: in a loop
class InALoop(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        while True:
            found = ctx.collect_events(ev, [Query, Rows])
            if found is None:
                return None
            query, rows = found
            return StopEvent(result=rows.text)  # E: attr-defined


# twin: in a function inside
class InAFunctionInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found

        def text() -> str:
            return f"{rows.text}"  # E: attr-defined

        return StopEvent(result=text())


# twin: given to a function
class GivenToAFunction(Sends, Workflow):
    def told(self, query: Query, rows: Rows) -> list[str]:
        return [query.text, *rows.rows]

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        return StopEvent(result=self.told(rows, query))  # E: arg-type


# twin: returned by place
class ReturnedByPlace(Sends, Workflow):
    def both(self, query: Query, rows: Rows) -> tuple[Query, Rows]:
        return query, rows

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=self.both(found[0], rows=found[1])[1].text)  # E: attr-defined


# twin: asked what it is all the same
class AskedWhatItIsAllTheSame(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        assert isinstance(query, Query)
        return StopEvent(result=[query.text, *query.rows])  # E: attr-defined


# twin: matched
class Matched(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        match found:
            case [query, rows]:
                return StopEvent(result=[rows.text, *rows.rows])  # E: attr-defined
            case _:
                return None


# twin: three places
class SendsThree(Sends):
    @step
    async def again(self, ev: StartEvent) -> Query:
        return Query(text="c")


class ThreePlaces(SendsThree, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows, Query])
        if found is None:
            return None
        first, rows, second = found
        return StopEvent(result=first.text + rows.text)  # E: attr-defined


# twin: a class and one derived of it
class SendsNarrow:
    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Query | Narrow:
        ctx.send_event(Narrow())
        return Query()


class AClassAndOneDerivedOfIt(SendsNarrow, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Narrow) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Narrow])
        if found is None:
            return None
        query, narrow = found
        return StopEvent(result=query.width + narrow.width)  # E: attr-defined


# twin: a tuple
class ATuple(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        query, rows = found
        both = found
        return StopEvent(result=[both[1].text, *rows.rows])  # E: attr-defined


# twin: a tuple that is given on
class ATupleThatIsGivenOn(Sends, Workflow):
    def told(self, both: tuple[Query, Rows]) -> list[str]:
        return [both[0].text, *both[1].rows]

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        return StopEvent(result=self.told(found[::-1]))  # E: arg-type


# twin: a tuple is no list
class ATupleIsNoList(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        found.append(Rows())  # E: attr-defined
        return StopEvent(result=found)


# twin: turned round
class TurnedRound(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.reverse()
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: sorted
class Sorted(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.sort(key=lambda one: -one.n)
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: given on
class GivenOn(Sends, Workflow):
    def turn(self, events: list[Query | Rows]) -> None:
        events.reverse()

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        self.turn(found)
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: under another name
class UnderAnotherName(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        same = found
        same.reverse()
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: in a tuple of names
class InATupleOfNames(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        _, same = 0, found
        same.reverse()
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: turned by a function inside
class TurnedByAFunctionInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None

        def turn() -> None:
            found.reverse()

        turn()
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: places exchanged
class PlacesExchanged(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found[0], found[1] = found[1], found[0]
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: a place given anew
class APlaceGivenAnew(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found[0] = Rows()
        return StopEvent(result=found[0].text)  # E: union-attr


# twin: made longer
class MadeLonger(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found += [Query()]
        *_, before, _ = found
        return StopEvent(result=before.text)  # E: union-attr


# twin: the other way round
class TheOtherWayRound(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[::-1][0].text)  # E: union-attr


# twin: one after the other
class OneAfterTheOther(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=[one.text for one in found])  # E: union-attr


# twin: in a list of both
class InAListOfBoth(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        both = [query]
        both.append(rows)
        return StopEvent(result=[one.text for one in both])  # E: union-attr


# twin: in a list made of them
class InAListMadeOfThem(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        both = []
        both.append(found[0])
        both.append(found[1])
        return StopEvent(result=[one.text for one in both])  # E: union-attr


# twin: in a dict
class InADict(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        both = {}
        both["query"] = query
        both["rows"] = rows
        return StopEvent(result=both["rows"].text)  # E: union-attr


# twin: the one or the other
class TheOneOrTheOther(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        one = query if query.n > 1 else rows
        return StopEvent(result=one.text)  # E: union-attr


# twin: the larger one
class TheLargerOne(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        one = max(query, rows, key=lambda event: event.n)
        return StopEvent(result=one.text)  # E: union-attr


# twin: in a loop over both
class InALoopOverBoth(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        for one in (query, rows):
            print(one.text)  # E: union-attr
        return StopEvent(result=2)


# twin: names that change places
class NamesThatChangePlaces(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        if first.n < second.n:
            first, second = second, first
        return StopEvent(result=first.text)  # E: union-attr


# twin: a name that is given another
class ANameThatIsGivenAnother(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        event = found[0]
        if event.n < 2:
            event = found[1]
        return StopEvent(result=event.text)  # E: union-attr


# twin: a name that is given another under a third
class ANameThatIsGivenAnotherUnderAThird(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        event = first
        if event.n < 2:
            event = second
        return StopEvent(result=event.text)  # E: union-attr


# twin: bound in both branches
class BoundInBothBranches(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        if isinstance(ev, Query):
            found = ctx.collect_events(ev, [Rows, Query])
        else:
            found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: bound again in a function inside
class BoundAgainInAFunctionInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None

        def turn() -> None:
            nonlocal found
            found = [Rows(), Query()]

        turn()
        return StopEvent(result=found[0].text)  # E: union-attr


# twin: bound by a loop
class BoundByALoop(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        for found in [[*found[1:], *found[:1]]]:
            print(found[0].text)  # E: union-attr
        return StopEvent(result=2)


# twin: matched as a whole
class MatchedAsAWhole(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        match found:
            case [_, _] as both:
                both.reverse()
            case _:
                pass
        return StopEvent(result=found[0].text)  # E: union-attr


# twin: declared
class Declared(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found: list[Query | Rows] | None = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.reverse()
        first, second = found
        return StopEvent(result=first.text)  # E: union-attr


# twin: an attribute of a class inside
class AnAttributeOfAClassInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        class Both:
            found = ctx.collect_events(ev, [Query, Rows])

        if Both.found is None:
            return None
        Both.found.reverse()
        return StopEvent(result=Both.found[0].text)  # E: union-attr


# twin: kept with the workflow
class KeptWithTheWorkflow(Sends, Workflow):
    @step(skip_checks=["self-state"])
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        self.found = found
        self.found.reverse()
        return StopEvent(result=found[0].text)  # E: union-attr


# twin: asked in an expression
class AskedInAnExpression(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        return StopEvent(result=first.rows if isinstance(first, Query) else first.text)  # E: attr-defined


# twin: asked for an attribute
class AskedForAnAttribute(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[0].rows if hasattr(found[0], "text") else found[0].n)  # E: union-attr


# twin: asked for its class
class AskedForItsClass(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        if type(first) is Rows:
            print(first.rows)
        return StopEvent(result=second.text)  # E: union-attr


# twin: more than it has
class MoreThanItHas(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[1].text if len(found) > 1 else 2)  # E: union-attr
