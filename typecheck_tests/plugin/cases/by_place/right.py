"""What stands at the places of a list or a tuple of several classes, used as what it is."""

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
        return StopEvent(result=[query.text, *rows.rows])


# twin: in brackets
class InBrackets(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        [query, rows] = found
        print(found)
        return StopEvent(result=f"{found} {query.text} {len(rows.rows)}")


# twin: named where it is asked
class NamedWhereItIsAsked(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        if (found := ctx.collect_events(ev, [Query, Rows])) is None:
            return None
        query, rows = found
        return StopEvent(result=rows.rows)


# twin: named where it is negated
class NamedWhereItIsNegated(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        if not (found := ctx.collect_events(ev, [Query, Rows])):
            return None
        return StopEvent(result=found[0].text)


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
        return StopEvent(result=found[0].text)


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
        return StopEvent(result=query.text)


# twin: from the end
class FromTheEnd(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        last = found[-1]
        return StopEvent(result=last.rows)


# twin: as many names as places
class AsManyNamesAsPlaces(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, _ = found
        return StopEvent(result=query.text)


# twin: a place that there is
class APlaceThatThereIs(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[1].n)


# twin: in one expression
class InOneExpression(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        return None if found is None else StopEvent(result=found[1].rows)


# twin: after and
class AfterAnd(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev=ev, expected=[Query, Rows], buffer_id="both")
        return StopEvent(result=found[0].text) if found and found[1].rows else None


# twin: where it is there
class WhereItIsThere(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found:
            query, rows = found
            return StopEvent(result=query.text + rows.rows[0])
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
            return StopEvent(result=query.text)


# twin: in a function inside
class InAFunctionInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found

        def text() -> str:
            return f"{query.text}"

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
        return StopEvent(result=self.told(query, rows))


# twin: returned by place
class ReturnedByPlace(Sends, Workflow):
    def both(self, query: Query, rows: Rows) -> tuple[Query, Rows]:
        return query, rows

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=self.both(found[0], rows=found[1])[0].text)


# twin: asked what it is all the same
class AskedWhatItIsAllTheSame(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        assert isinstance(query, Query)
        return StopEvent(result=[query.text, *rows.rows])


# twin: matched
class Matched(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        match found:
            case [query, rows]:
                return StopEvent(result=[query.text, *rows.rows])
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
        return StopEvent(result=first.text + second.text)


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
        return StopEvent(result=query.n + narrow.width)


# twin: a tuple
class ATuple(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        query, rows = found
        both = found
        return StopEvent(result=[both[0].text, *rows.rows])


# twin: a tuple that is given on
class ATupleThatIsGivenOn(Sends, Workflow):
    def told(self, both: tuple[Query, Rows]) -> list[str]:
        return [both[0].text, *both[1].rows]

    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        return StopEvent(result=self.told(found))


# twin: a tuple is no list
class ATupleIsNoList(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, (Query, Rows))
        if found is None:
            return None
        return StopEvent(result=[*found, Rows()])


# twin: turned round
class TurnedRound(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.reverse()
        first, second = found
        return StopEvent(result=second.text if isinstance(second, Query) else "")


# twin: sorted
class Sorted(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.sort(key=lambda one: -one.n)
        first, second = found
        return StopEvent(result=second.text if isinstance(second, Query) else "")


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
        return StopEvent(result=second.text if isinstance(second, Query) else "")


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
        return StopEvent(result=second.text if isinstance(second, Query) else "")


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
        return StopEvent(result=second.text if isinstance(second, Query) else "")


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
        return StopEvent(result=second.text if isinstance(second, Query) else "")


# twin: places exchanged
class PlacesExchanged(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found[0], found[1] = found[1], found[0]
        first, second = found
        return StopEvent(result=second.text if isinstance(second, Query) else "")


# twin: a place given anew
class APlaceGivenAnew(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found[0] = Rows()
        return StopEvent(result=found[0].n)


# twin: made longer
class MadeLonger(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found += [Query()]
        *_, last = found
        return StopEvent(result=last.n)


# twin: the other way round
class TheOtherWayRound(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[::-1][0].n)


# twin: one after the other
class OneAfterTheOther(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=[one.n for one in found])


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
        return StopEvent(result=[one.n for one in both])


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
        return StopEvent(result=[one.n for one in both])


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
        return StopEvent(result=both["rows"].n)


# twin: the one or the other
class TheOneOrTheOther(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        one = query if query.n > 1 else rows
        return StopEvent(result=one.n)


# twin: the larger one
class TheLargerOne(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        one = max(query, rows, key=lambda event: event.n)
        return StopEvent(result=one.n)


# twin: in a loop over both
class InALoopOverBoth(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        query, rows = found
        for one in (query, rows):
            print(one.n)
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
        return StopEvent(result=first.n)


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
        return StopEvent(result=event.n)


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
        return StopEvent(result=event.n)


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
        return StopEvent(result=first.n)


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
        return StopEvent(result=found[0].n)


# twin: bound by a loop
class BoundByALoop(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        for found in [[*found[1:], *found[:1]]]:
            print(found[0].n)
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
        return StopEvent(result=found[0].n)


# twin: declared
class Declared(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found: list[Query | Rows] | None = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        found.reverse()
        first, second = found
        return StopEvent(result=second.text if isinstance(second, Query) else "")


# twin: an attribute of a class inside
class AnAttributeOfAClassInside(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        class Both:
            found = ctx.collect_events(ev, [Query, Rows])

        if Both.found is None:
            return None
        Both.found.reverse()
        return StopEvent(result=Both.found[0].n)


# twin: kept with the workflow
class KeptWithTheWorkflow(Sends, Workflow):
    @step(skip_checks=["self-state"])
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        self.found = found
        self.found.reverse()
        return StopEvent(result=found[0].n)


# twin: asked in an expression
class AskedInAnExpression(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        first, second = found
        return StopEvent(result=first.text if isinstance(first, Query) else first.rows)


# twin: asked for an attribute
class AskedForAnAttribute(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[0].n if hasattr(found[0], "text") else found[0].rows)


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
        return StopEvent(result=first.n)


# twin: more than it has
class MoreThanItHas(Sends, Workflow):
    @step
    async def end(self, ctx: Context, ev: Query | Rows) -> StopEvent[object] | None:
        found = ctx.collect_events(ev, [Query, Rows])
        if found is None:
            return None
        return StopEvent(result=found[2].n if len(found) > 2 else 2)
