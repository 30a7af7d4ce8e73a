"""What the workflows of the project call."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from pydantic import BaseModel


class Message(BaseModel):
    role: str
    content: str


class Document(BaseModel):
    title: str
    text: str
    score: float
    written: datetime


class Model(Protocol):
    async def chat(self, messages: list[Message]) -> Message: ...


class Index(Protocol):
    async def names(self) -> list[str]: ...

    async def search(self, words: str, limit: int) -> list[Document]: ...
