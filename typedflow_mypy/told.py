"""The part of a file that mypy's cache is told of, since verdicts in other modules may rest on it: by a look at the text.

A step may hand its context to a function of another module, and what that does stands in its body, which is no type. So a file
in which a function takes a context tells all its text, save the bodies of functions that have nothing to do with one: those at
the left margin in whose parameters no name has a `ctx` or `context` in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from typedflow_mypy.lines import end_at_the_margin, end_of_line

__all__ = ["CONTEXTS", "hidden", "takes_a_context"]

CONTEXTS = ("ctx", "Ctx", "ontext")
"""Parts of the names of contexts, and of what these are annotated with."""


def takes_a_context(text: str) -> bool:
    """Whether one of the functions, wherever it stands, names a context among its parameters.

    It may let too much pass: where the parameters end is not looked for closely.

    >>> takes_a_context("def tell(ctx: Flow) -> None: ..."), takes_a_context("def tell(of: Flow) -> None:\\n    print(ctx)")
    (True, False)
    """
    if not any(name in text for name in CONTEXTS):
        return False
    place = text.find("def ")
    while place >= 0:
        if _names_a_context(text, place):
            return True
        place = text.find("def ", place + 1)
    return False


def hidden(text: str) -> Iterator[tuple[int, int]]:
    """The bodies of functions at the left margin that take no context: where each begins and ends.

    >>> text = "def a(ctx):\\n    1\\ndef b(of):\\n    2\\nc = 3\\n"
    >>> [text[first:last] for first, last in hidden(text)]
    ['    2\\n']
    """
    for start in _functions_at_the_margin(text):
        if not _names_a_context(text, start):
            yield end_of_line(text, start), end_at_the_margin(text, start)


def _functions_at_the_margin(text: str) -> Iterator[int]:
    for words in ("\ndef ", "\nasync def "):
        place = text.find(words)
        while place >= 0:
            yield place + 1
            place = text.find(words, place + 1)


def _names_a_context(text: str, function: int) -> bool:
    end = text.find(":\n", function)
    return any(text.find(name, function, end if end >= 0 else len(text)) >= 0 for name in CONTEXTS)
