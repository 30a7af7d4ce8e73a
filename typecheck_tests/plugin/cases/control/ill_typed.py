"""Wrong for every checker: one that were silent here would say nothing by its silence about the right twins."""

from shop import Bill, Cart, Order

from typedflow import Context, StopEvent, Workflow, step

text: str = Order(number=1).number  # E: mypy[assignment] pyright[reportAssignmentType] pyrefly[bad-assignment] ty[invalid-assignment]
bill = Bill(total="1")  # E: mypy[arg-type] pyright[reportArgumentType] pyrefly[bad-argument-type] ty[invalid-argument-type]


class Counter(Workflow[Cart, int]):
    start_event = Order

    @step
    async def begin(self, ctx: Context, ev: Order) -> StopEvent[int]:
        return ev.number  # E: mypy[return-value] pyright[reportReturnType] pyrefly[bad-return] ty[invalid-explicit-return]


async def main() -> None:
    await Counter().run()  # E: mypy[call-overload] pyright[reportCallIssue] pyrefly[no-matching-overload] ty[no-matching-overload]
