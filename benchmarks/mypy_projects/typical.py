"""Answer a question with what a search finds, and have the answer reviewed."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import datetime, timezone
from pathlib import Path

from pydantic import BaseModel, Field

from typedflow import Context, Event, StartEvent, StopEvent, Workflow, step

from .services import Document, Index, Message, Model

logger = logging.getLogger(__name__)

PLAN_PROMPT = """Split the question into at most {most} parts that can be looked up one by one.
Question: {question}
Answer with a JSON list of strings."""
DRAFT_PROMPT = """Answer the question from the documents alone, and name the documents.
Question: {question}
Documents: {documents}"""
REVIEW_PROMPT = """Name what the draft claims and the documents do not say.
Draft: {draft}
Documents: {documents}"""


class Asked(StartEvent):
    question: str
    user: str = "anonymous"
    most: int = 3


class Planned(Event):
    question: str
    parts: list[str]


class Wanted(Event):
    part: str
    number: int


class Found(Event):
    part: str
    documents: list[Document]


class Gathered(Event):
    documents: list[Document]
    question: str


class Ranked(Event):
    documents: list[Document]
    question: str


class Drafted(Event):
    draft: str
    documents: list[Document]


class Reviewed(Event):
    draft: str
    remarks: list[str]


class Rewritten(Event):
    draft: str
    attempt: int


class Saved(Event):
    path: str
    draft: str


class Finished(Event):
    draft: str
    sources: list[str]


class Progress(Event):
    message: str
    step: str


class Answer(BaseModel):
    text: str
    sources: list[str]
    took: float


class Research(BaseModel):
    question: str = ""
    user: str = ""
    started: float = 0.0
    parts: int = 0
    attempts: int = 0
    sources: list[str] = Field(default_factory=list)
    remarks: dict[str, str] = Field(default_factory=dict)


def parsed(text: str, most: int) -> list[str]:
    """The parts that the model names, or the text as the only one."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        logger.warning("No JSON in %r: %s", text[:80], error)
        return [text.strip()]
    if not isinstance(found, list):
        return [str(found)]
    return [str(one).strip() for one in found if one][:most]


def as_text(documents: list[Document]) -> str:
    """The documents as a prompt shows them."""
    lines = []
    for number, document in enumerate(documents, 1):
        title = document.title or f"document {number}"
        lines.append(f"[{number}] {title}")
        lines.append(document.text[:2000])
    return "\n".join(lines)


class AnswerFlow(Workflow):
    """Plan, search, rank, draft, review."""

    def __init__(self, model: Model, index: Index, folder: Path, timeout: float = 60.0) -> None:
        super().__init__(timeout=timeout)
        self.model = model
        self.index = index
        self.folder = folder

    @step
    async def begin(self, ctx: Context[Research], ev: Asked) -> Planned:
        """Ask the model for the parts of the question."""
        logger.info("Question of %s: %s", ev.user, ev.question)
        async with ctx.store.edit_state() as state:
            state.question = ev.question
            state.user = ev.user
            state.started = datetime.now(timezone.utc).timestamp()
        prompt = PLAN_PROMPT.format(
            question=ev.question,
            most=ev.most,
        )
        response = await self.model.chat(
            [
                Message(role="system", content="You plan searches."),
                Message(role="user", content=prompt),
            ],
        )
        parts = parsed(response.content, ev.most)
        ctx.write_event_to_stream(
            Progress(
                message=f"{len(parts)} parts",
                step="begin",
            )
        )
        return Planned(question=ev.question, parts=parts)

    @step
    async def plan(self, ctx: Context[Research], ev: Planned) -> Wanted | None:
        """Look for each part by itself."""
        known = await self.index.names()
        parts = [part for part in ev.parts if part and part not in known]
        if not parts:
            logger.info("Nothing new in %r", ev.question)
            parts = [ev.question]
        await ctx.store.set("parts", len(parts))
        for number, part in enumerate(parts):
            ctx.write_event_to_stream(
                Progress(
                    message=f"Looking for {part!r}",
                    step="plan",
                )
            )
            ctx.send_event(
                Wanted(
                    part=part.strip(),
                    number=number,
                )
            )
        return None

    @step(num_workers=4)
    async def search(self, ctx: Context[Research], ev: Wanted) -> Found:
        """Search the index, and once more with fewer words."""
        words = ev.part.split()
        documents = await self.index.search(
            ev.part,
            limit=10,
        )
        if not documents and len(words) > 2:
            shorter = " ".join(words[:2])
            logger.info("Nothing for %r, looking for %r", ev.part, shorter)
            documents = await self.index.search(
                shorter,
                limit=10,
            )
        documents = [one for one in documents if one.score > 0.2]
        ctx.write_event_to_stream(
            Progress(
                message=f"{len(documents)} documents for part {ev.number}",
                step="search",
            )
        )
        return Found(part=ev.part, documents=documents)

    @step
    async def gather(self, ctx: Context[Research], ev: Found) -> Gathered | None:
        """Wait for all parts."""
        parts = await ctx.store.get("parts")
        found = ctx.collect_events(ev, [Found] * parts)
        if found is None:
            return None
        by_title: dict[str, Document] = {}
        for one in found:
            for document in one.documents:
                kept = by_title.get(document.title)
                if kept is None or kept.score < document.score:
                    by_title[document.title] = document
        question = await ctx.store.get("question")
        logger.info(
            "%d documents for %r",
            len(by_title),
            question,
        )
        return Gathered(
            documents=list(by_title.values()),
            question=question,
        )

    @step
    async def rank(self, ctx: Context[Research], ev: Gathered) -> Ranked:
        """The best documents first."""
        scored = []
        for document in ev.documents:
            age = datetime.now(timezone.utc) - document.written
            score = document.score
            if age.days > 365:
                score *= 0.5
            scored.append((score, document))
        scored.sort(
            key=lambda pair: pair[0],
            reverse=True,
        )
        best = [document for _, document in scored[:5]]
        await ctx.store.set("sources", [one.title for one in best])
        ctx.write_event_to_stream(
            Progress(
                message=f"{len(best)} of {len(ev.documents)} documents kept",
                step="rank",
            )
        )
        return Ranked(documents=best, question=ev.question)

    @step
    async def draft(self, ctx: Context[Research], ev: Ranked) -> Drafted:
        """Write an answer from the documents."""
        documents = as_text(ev.documents)
        prompt = DRAFT_PROMPT.format(
            question=ev.question,
            documents=documents,
        )
        try:
            response = await self.model.chat(
                [Message(role="user", content=prompt)],
            )
        except TimeoutError as error:
            logger.error("No answer to %r: %s", ev.question, error)
            return Drafted(
                draft="There is no answer at the moment.",
                documents=ev.documents,
            )
        text = response.content.strip()
        ctx.write_event_to_stream(
            Progress(
                message=f"A draft of {len(text)} letters",
                step="draft",
            )
        )
        return Drafted(draft=text, documents=ev.documents)

    @step
    async def review(self, ctx: Context[Research], ev: Drafted | Rewritten) -> Reviewed:
        """Have the model look for what is not in the documents."""
        documents = as_text(ev.documents) if isinstance(ev, Drafted) else "as before"
        prompt = REVIEW_PROMPT.format(
            draft=ev.draft,
            documents=documents,
        )
        response = await self.model.chat(
            [Message(role="user", content=prompt)],
        )
        remarks = []
        for line in response.content.splitlines():
            remark = line.strip(" -*")
            if remark:
                remarks.append(remark)
        logger.info(
            "%d remarks on a draft of %d letters",
            len(remarks),
            len(ev.draft),
        )
        return Reviewed(draft=ev.draft, remarks=remarks)

    @step
    async def rewrite(self, ctx: Context[Research], ev: Reviewed) -> Rewritten | Saved:
        """Mend what the review found, three times at most."""
        attempts = await ctx.store.get("attempts", default=0)
        if not ev.remarks or attempts >= 3:
            name = "".join(letter for letter in ctx.state.question[:40] if letter.isalnum())
            path = self.folder / f"{name}.md"
            return Saved(path=str(path), draft=ev.draft)
        await ctx.store.set("attempts", attempts + 1)
        listed = "\n".join(f"- {remark}" for remark in ev.remarks)
        response = await self.model.chat(
            [
                Message(role="system", content="You mend texts."),
                Message(role="user", content=f"{ev.draft}\n\n{listed}"),
            ],
        )
        ctx.write_event_to_stream(
            Progress(
                message=f"Attempt {attempts + 1}",
                step="rewrite",
            )
        )
        return Rewritten(draft=response.content, attempt=attempts + 1)

    @step
    async def save(self, ctx: Context[Research], ev: Saved) -> Finished:
        """Keep the answer in a file."""
        path = Path(ev.path)
        path.parent.mkdir(
            parents=True,
            exist_ok=True,
        )
        sources = await ctx.store.get("sources")
        lines = [
            f"# {ctx.state.question}",
            "",
            ev.draft,
            "",
            *(f"- {source}" for source in sources),
        ]
        for number, line in enumerate(lines):
            lines[number] = line.rstrip() + "\n"
        await asyncio.to_thread(path.write_text, "".join(lines), encoding="utf-8")
        ctx.write_event_to_stream(
            Progress(message=f"Saved as {path.name}", step="save"),
        )
        return Finished(draft=ev.draft, sources=sources)

    @step
    async def finish(self, ctx: Context[Research], ev: Finished) -> StopEvent[Answer]:
        """Say how long it took."""
        started = await ctx.store.get("started")
        now = datetime.now(timezone.utc).timestamp()
        took = round(now - started, 3)
        text = ev.draft.strip()
        if not text.endswith("."):
            logger.warning("The answer to %r breaks off", ctx.state.question)
            text = f"{text} ..."
        answer = Answer(
            text=text,
            sources=ev.sources,
            took=took,
        )
        logger.info(
            "%s was answered in %.1f s",
            ctx.state.user,
            took,
        )
        await ctx.store.set("user", "")
        return StopEvent(result=answer)


async def main(model: Model, index: Index, questions: list[str]) -> list[Answer]:
    """Answer some questions one after the other."""
    flow = AnswerFlow(model, index, Path("answers"))
    answers = []
    for question in questions:
        handler = flow.run(question=question, user="main")
        async for event in handler.stream_events():
            if isinstance(event, Progress):
                logger.info("%s: %s", event.step, event.message)
        answers.append(await handler)
    return answers
