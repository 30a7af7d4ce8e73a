"""A writer and a checker that correct each other: an abstract of a long text, made of its own sentences.

    python -m examples.reflection [FILE]     (default: Python's own documentation of the import statement)

The writer takes the sentences that say most, by how often their words occur. The checker has rules, and what it finds
goes back to the writer, who does without that sentence, until nothing is left to complain about.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import Counter
from pathlib import Path
from pydoc_data.topics import topics

from pydantic import BaseModel, PositiveInt

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

DANGLING = re.compile(r"(it|this|that|these|those|they|however|therefore|but|and|so|such|otherwise|then|also)\b", re.I)
REFERRING = re.compile(r"\b(above|below|following|section|example)\b", re.I)


class Begin(StartEvent):
    text: str
    max_words: int = 90


class Write(Event): ...


class Draft(Event):
    text: str


class Complaint(Event):
    draft: int
    reason: str


class Abstract(BaseModel):
    sentences: list[str] = []
    keywords: list[str] = []
    max_words: PositiveInt = 90
    chosen: list[int] = []
    banned: set[int] = set()
    drafts: int = 0


class Reflection(Workflow[Abstract, str]):
    start_event = Begin

    @step
    async def begin(self, ctx: Context[Abstract], ev: Begin) -> Write:
        sentences = [" ".join(s.split()) for s in re.split(r"(?<=[.!?])\s+(?=[A-Z])|\n\s*\n", ev.text)]
        async with ctx.store.edit_state() as state:
            state.sentences = [s for s in sentences if s.endswith(".") and len(s.split()) > 4]
            state.keywords = [word for word, _ in Counter(_words(ev.text)).most_common(5)]
            state.max_words = ev.max_words
        return Write()

    @step
    async def write(self, ctx: Context[Abstract], ev: Write) -> Draft:
        """The best sentences that are not banned, in the order of the text, up to the length that is allowed."""
        state = ctx.state
        weights = Counter(word for sentence in state.sentences for word in _words(sentence))

        def worth(number: int) -> float:
            words = _words(state.sentences[number])
            return sum(weights[word] for word in set(words)) / (len(words) + 4)

        left = state.max_words
        async with ctx.store.edit_state() as edited:
            edited.chosen = []
            for number in sorted(set(range(len(state.sentences))) - state.banned, key=worth, reverse=True):
                if (length := len(state.sentences[number].split())) <= left:
                    edited.chosen.append(number)
                    left -= length
            edited.chosen.sort()
            edited.drafts += 1
        return Draft(text=" ".join(state.sentences[number] for number in ctx.state.chosen))

    @step
    async def review(self, ctx: Context[Abstract], ev: Draft) -> Write | StopEvent[str]:
        """The first rule that is broken bans the sentence that breaks it, so this ends."""
        for number in ctx.state.chosen:
            reason = complaint(ctx.state.sentences[number])
            if reason:
                async with ctx.store.edit_state() as state:
                    state.banned.add(number)
                ctx.write_event_to_stream(Complaint(draft=ctx.state.drafts, reason=reason))
                return Write()
        return StopEvent(result=ev.text)


def complaint(sentence: str) -> str | None:
    """What is wrong with a sentence of an abstract."""
    words = sentence.split()
    rules = {
        "points at something that is not there": DANGLING.match(sentence),
        "is longer than 30 words": len(words) > 30,
        "refers to another place": REFERRING.search(sentence),
        "begins in the middle": not sentence[0].isupper(),
    }
    return next((f"'{' '.join(words[:4])} ...' {reason}" for reason, broken in rules.items() if broken), None)


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 4]


async def main(text: str) -> None:
    handler = Reflection().run(text=text)
    async for complained in handler.stream_events(only=Complaint):
        print(f"draft {complained.draft}: {complained.reason}")
    abstract = await handler
    print(f"\naccepted draft {handler.ctx.state.drafts}, about {', '.join(handler.ctx.state.keywords)}:\n\n{abstract}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m examples.reflection", description="An abstract of a text.")
    parser.add_argument("file", nargs="?", type=Path)
    file = parser.parse_args().file
    asyncio.run(main(file.read_text(encoding="utf-8") if file else topics["import"]))
