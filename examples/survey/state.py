"""The typed state of a survey: what is still to be looked at, and what has been found."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, NonNegativeInt, PositiveInt

from examples.survey.measure import BANDS, FileMeasure, FunctionMeasure

__all__ = ["BrokenFile", "Counts", "Directory", "Function", "Package", "SourceFile", "SurveyState", "add_measure"]


class Directory(BaseModel, frozen=True):
    """A directory still to be listed: `module` is its dotted name if it is a package, `group` its report line."""

    path: str
    module: str = ""
    group: str = ""


class SourceFile(BaseModel, frozen=True):
    """A file still to be parsed, under its name below the root."""

    path: str
    module: str
    group: str
    is_test: bool = False


class BrokenFile(BaseModel, frozen=True):
    """A file that could not be parsed, and why."""

    path: str
    reason: str


class Function(BaseModel, frozen=True):
    """A function that made it into a ranking: `lines` from `def` to its end, `complexity` is 1 plus its branches."""

    name: str
    path: str
    line: PositiveInt
    lines: PositiveInt
    complexity: PositiveInt


class Counts(BaseModel):
    """Sums over files. Every line is code, text (comments and docstrings) or blank."""

    files: NonNegativeInt = 0
    lines: NonNegativeInt = 0
    code: NonNegativeInt = 0
    text: NonNegativeInt = 0
    classes: NonNegativeInt = 0
    functions: NonNegativeInt = 0
    async_functions: NonNegativeInt = 0
    annotated: NonNegativeInt = 0
    public: NonNegativeInt = 0
    documented: NonNegativeInt = 0

    @property
    def blank(self) -> int:
        return self.lines - self.code - self.text

    def add(self, other: Counts) -> None:
        """Add what `other` counts."""
        for name in Counts.model_fields:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Package(BaseModel):
    """One package, or lone module, of the tree. `imports`: how many of its files import which other one of the tree."""

    counts: Counts = Counts()
    imports: dict[str, PositiveInt] = {}


class SurveyState(BaseModel):
    """Everything that a survey knows. Each step edits its part of it."""

    root: str = ""
    out: str = ""
    top: PositiveInt = 15
    max_files: PositiveInt = 20_000
    tests_apart: bool = True

    directories: list[Directory] = []
    files: list[SourceFile] = []
    modules: dict[str, str] = {}
    parsed: NonNegativeInt = 0

    packages: dict[str, Package] = {}
    tests: Counts = Counts()
    bands: list[NonNegativeInt] = [0] * (len(BANDS) + 1)
    longest: list[Function] = []
    most_complex: list[Function] = []
    broken: list[BrokenFile] = []

    @property
    def totals(self) -> Counts:
        """The sums over all packages, without the tests that are counted apart."""
        totals = Counts()
        for package in self.packages.values():
            totals.add(package.counts)
        return totals

    def by_code(self) -> list[tuple[str, Counts]]:
        """The packages, most code first."""
        counted = ((name, package.counts) for name, package in self.packages.items())
        return sorted(counted, key=lambda entry: (-entry[1].code, entry[0]))

    def importers(self) -> list[tuple[str, int, int]]:
        """The packages that others import: name, how many import it, in how many files; most imported first."""
        found: dict[str, tuple[int, int]] = {}
        for package in self.packages.values():
            for name, files in package.imports.items():
                packages, total = found.get(name, (0, 0))
                found[name] = (packages + 1, total + files)
        ranked = ((name, packages, files) for name, (packages, files) in found.items())
        return sorted(ranked, key=lambda entry: (-entry[1], -entry[2], entry[0]))

    def group_of(self, imported: str) -> str | None:
        """The package of the tree that an absolute dotted name belongs to; None for one from elsewhere."""
        name = imported
        while name:
            if name in self.modules:
                return self.modules[name]
            name = name.rpartition(".")[0]
        return None


def add_measure(state: SurveyState, file: SourceFile, measured: FileMeasure, imports: Iterable[str]) -> None:
    """Enter one measured file, which imports the packages `imports` of the tree. Of tests only the sums are kept."""
    counts = Counts(
        files=1,
        lines=measured.lines,
        code=measured.code_lines,
        text=measured.text_lines,
        classes=measured.classes,
        functions=measured.functions,
        async_functions=measured.async_functions,
        annotated=measured.annotated,
        public=measured.public,
        documented=measured.documented,
    )
    if file.is_test and state.tests_apart:
        state.tests.add(counts)
        return
    package = state.packages.setdefault(file.group, Package())
    package.counts.add(counts)
    for group in imports:
        package.imports[group] = package.imports.get(group, 0) + 1
    for band, count in enumerate(measured.bands):
        state.bands[band] += count
    state.longest = _ranked(state, state.longest, measured.longest, file.path, "lines")
    state.most_complex = _ranked(state, state.most_complex, measured.most_complex, file.path, "complexity")


def _ranked(
    state: SurveyState, known: list[Function], found: Iterable[FunctionMeasure], path: str, key: str
) -> list[Function]:
    floor = getattr(known[-1], key) if len(known) >= state.top else 0
    better = [f for f in found if getattr(f, key) >= floor]
    if not better:
        return known
    new = [Function(name=f.name, path=path, line=f.line, lines=f.lines, complexity=f.complexity) for f in better]
    ranked = sorted([*known, *new], key=lambda f: (-getattr(f, key), f.path, f.line))
    return ranked[: state.top]
