"""Everything of mypy's that is outside its documented plugin interface, in one place.

Each of these was tried on every mypy that `.ci/mypy_versions.sh` runs. Where a version lacks something, the plugin does
without: a check is skipped, never a crash.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import mypy
from mypy.errors import CompileError, ErrorInfo
from mypy.nodes import (
    GDEF,
    MDEF,
    AssignmentStmt,
    Block,
    ClassDef,
    Context,
    Decorator,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    MatchStmt,
    MypyFile,
    OverloadedFuncDef,
    ReturnStmt,
    Statement,
    SymbolNode,
    SymbolTableNode,
    TryStmt,
    TypeInfo,
    Var,
    WhileStmt,
    WithStmt,
)
from mypy.plugin import (
    AttributeContext,
    ClassDefContext,
    FunctionContext,
    FunctionSigContext,
    MethodContext,
    MethodSigContext,
)
from mypy.subtypes import is_subtype
from mypy.types import LiteralType, NoneType, get_proper_type

if TYPE_CHECKING:
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Expression
    from mypy.types import Type

    from typedflow_mypy.plugin import TypedflowPlugin

__all__ = [
    "REDEFINED",
    "STEADY",
    "TYPESHED",
    "Api",
    "checked_class",
    "current_class",
    "current_functions",
    "current_module",
    "depend",
    "depend_on_classes",
    "depend_on_name",
    "depend_on_parsing",
    "depend_on_symbol",
    "drop_errors",
    "expression_type",
    "fits",
    "is_for_daemon",
    "mismatch",
    "module_named",
    "never_crash",
    "or_none",
    "place",
    "remember",
    "remembered",
    "report",
    "statements",
    "tell_cache",
    "tells_what_is_redundant",
]

Api = Any
"""mypy's checker. Any: its class differs between versions, and what is used of it is not in the interface."""

ResultT = TypeVar("ResultT")
ContextT = TypeVar("ContextT")
P = ParamSpec("P")


def never_crash(
    feature: Callable[[ContextT, TypedflowPlugin], ResultT], plugin: TypedflowPlugin
) -> Callable[[ContextT], ResultT]:
    """The feature as a hook that gives mypy's own answer where the tree cannot be read.

    With `TYPEDFLOW_MYPY_RAISE` in the environment the error goes on, so that tests see it.
    """

    def hook(ctx: ContextT) -> ResultT:
        try:
            return feature(ctx, plugin)
        except CompileError:  # mypy's own way to stop
            raise
        except Exception:
            _raise_in_tests()
            answer: ResultT = _own_answer(ctx)
            return answer

    return hook


def or_none(function: Callable[P, ResultT], *arguments: P.args, **keywords: P.kwargs) -> ResultT | None:
    """What a function gives that mypy does not call as a hook of an expression or a class; None where it fails."""
    try:
        return function(*arguments, **keywords)
    except Exception:
        _raise_in_tests()
        return None


def _raise_in_tests() -> None:
    if os.environ.get("TYPEDFLOW_MYPY_RAISE"):
        raise  # called where an error is handled


def _own_answer(ctx: Any) -> Any:  # Any: the answer of whichever hook it is
    if isinstance(ctx, MethodContext | FunctionContext):
        return ctx.default_return_type
    if isinstance(ctx, MethodSigContext | FunctionSigContext):
        return ctx.default_signature
    if isinstance(ctx, AttributeContext):
        return ctx.default_attr_type
    assert isinstance(ctx, ClassDefContext)
    return None


# -- reporting -------------------------------------------------------------------------------------------------------------


def place(line: int, column: int, end_column: int | None = None) -> Context:
    """A position in the file that is being checked. mypy counts columns from 0."""
    found = Context(line, column)
    found.end_line = line
    found.end_column = end_column if end_column is not None else column + 1
    return found


def report(api: Api, message: str, hint: str, at: Context, code: ErrorCode, *, as_note: bool = False) -> None:
    """An error with its hint as a note; or, for codes that are only to be warnings, both as notes."""
    if as_note:
        api.msg.note(message, at, code=code)
        if hint:
            api.msg.note(hint, at, code=code)
        return
    error = api.msg.fail(message, at, code=code)
    if not hint:
        return
    try:
        api.msg.note(hint, at, code=code, parent_error=error)
    except TypeError:  # before mypy 1.17 a note belongs to the error before it
        api.msg.note(hint, at, code=code)


def drop_errors(api: Api, line: int, codes: Iterable[str], beginnings: tuple[str, ...]) -> None:
    """Take back errors that mypy has just reported on that line, with their notes: the plugin says it better."""
    errors = getattr(api, "errors", None)
    wanted = frozenset(codes)
    lists = [getattr(errors, "error_info_map", {}).get(getattr(errors, "file", None))]
    lists += [getattr(watcher, "_filtered", None) for watcher in getattr(errors, "_watchers", ())]  # not recorded yet
    for found in lists:
        if found:
            found[:] = list(_others(found, line, wanted, beginnings))


def _others(
    found: list[ErrorInfo], line: int, codes: frozenset[str], beginnings: tuple[str, ...]
) -> Iterator[ErrorInfo]:
    dropped = False
    for info in found:
        is_of_code = info.line == line and info.code is not None and info.code.code in codes
        if info.severity == "error":
            dropped = is_of_code and info.message.startswith(beginnings)
        if not (dropped and is_of_code):
            yield info


# -- where mypy is ---------------------------------------------------------------------------------------------------------


def current_module(api: Api) -> MypyFile:
    """The module that is being checked, or analyzed."""
    tree = getattr(api, "tree", None) or api.cur_mod_node
    assert isinstance(tree, MypyFile)
    return tree


def current_functions(api: Api) -> list[FuncDef]:
    """The functions that the checker is in, outermost first."""
    functions = getattr(api.tscope, "functions", None)
    if functions is None:
        functions = [api.tscope.function] if api.tscope.function is not None else []
    return [function for function in functions if isinstance(function, FuncDef)]


def current_class(api: Api) -> TypeInfo | None:
    """The class that the checker is in, outside of its functions."""
    classes: list[TypeInfo] = api.tscope.classes
    return classes[-1] if classes and not current_functions(api) else None


def checked_class(api: Api, line: int, name: str) -> TypeInfo | None:
    """The class whose definition is being checked: mypy does not hand it over.

    A class in a function is part of the function to mypy, so that it is searched there by its position.
    """
    functions = current_functions(api)
    if not functions:
        cls = current_class(api)
        return cls if cls is not None and cls.name == name else None
    for function in reversed(functions):
        blocks = [function.body]
        while blocks:
            for statement in statements(blocks.pop()):
                if isinstance(statement, ClassDef):
                    if statement.line == line and statement.name == name:
                        return statement.info
                    blocks.append(statement.defs)
    return None


REDEFINED = "-redefinition"
"""The end of the name under which mypy keeps the earlier of two definitions of one name."""


def module_named(api: Api, name: str) -> MypyFile | None:
    """A module of the build."""
    modules: dict[str, MypyFile] = api.modules
    return modules.get(name)


# -- what an answer depends on ---------------------------------------------------------------------------------------------


STEADY = frozenset({"abc", "builtins", "enum", "pydantic", "typedflow", "typing", "typing_extensions"})
"""Packages that nobody edits while mypy runs."""
TYPESHED = os.path.join(os.path.dirname(mypy.__file__), "typeshed") + os.sep
"""Where mypy keeps its stubs of the standard library."""


def depend(api: Api, info: TypeInfo, names: Iterable[str] = (), *, whole: bool = False) -> None:
    """What is being checked depends on that class, and on those members of it; on all of them for the `whole`.

    Said twice: `module_refs` is for the cache on the disk, `plugin_deps` for the daemon.
    """
    module = info.module_name
    tree = current_module(api)
    if module == tree.fullname or module.partition(".")[0] in STEADY:
        return
    api.module_refs.add(module)
    if not is_for_daemon(api):
        return  # nobody else reads the rest, and it would cost memory
    target = api.tscope.current_target()
    dependencies = tree.plugin_deps
    members = (*names, *info.names) if whole else names
    for trigger in (f"<{info.fullname}>", *(f"<{info.fullname}.{name}>" for name in members)):
        dependencies.setdefault(trigger, set()).add(target)


def depend_on_classes(api: Api, classes: Iterable[TypeInfo], names: Iterable[str], *, whole: bool = False) -> None:
    """What is being checked depends on the classes, which mostly are in the same file."""
    here = api.tree.fullname
    for cls in classes:
        if cls.module_name != here:
            depend(api, cls, names, whole=whole)


def depend_on_symbol(api: Api, node: SymbolNode) -> None:
    """What is being checked depends on that function, or class, as others see it."""
    if isinstance(node, TypeInfo):
        depend(api, node)
        return
    owner = node.info if isinstance(node, FuncDef | Decorator) else None
    if owner:
        depend(api, owner, (node.name,))
        return
    module = node.fullname.rpartition(".")[0]
    if module in api.modules and module != current_module(api).fullname and module.partition(".")[0] not in STEADY:
        api.module_refs.add(module)
        if is_for_daemon(api):
            current_module(api).plugin_deps.setdefault(f"<{node.fullname}>", set()).add(api.tscope.current_target())


def depend_on_name(api: Api, module: MypyFile, name: str) -> None:
    """What is being checked depends on what that module has under the name."""
    if module is current_module(api) or module.fullname.partition(".")[0] in STEADY:
        return
    api.module_refs.add(module.fullname)
    if is_for_daemon(api):
        trigger = f"<{module.fullname}.{name}>"
        current_module(api).plugin_deps.setdefault(trigger, set()).add(api.tscope.current_target())


def depend_on_parsing(api: Api, module: MypyFile, name: str) -> None:
    """What is being checked depends on that module's text: on a name in it that is gone when mypy has parsed it again, since the
    daemon compares the names of a module. Its own would be there again before they are compared.
    """
    if is_for_daemon(api) and module is not current_module(api) and name not in module.names:
        var = Var(name, NoneType())
        var._fullname = f"{module.fullname}.{name}"
        module.names[name] = SymbolTableNode(GDEF, var, module_public=False, no_serialize=True)
    depend_on_name(api, module, name)


def tell_cache(file: MypyFile, text: str) -> None:
    """Let mypy's cache on the disk hold that what a module says to others changes with the text.

    Of all that it compares, the future imports alone may be added to when a file is about to be put into it.
    """
    file.future_import_flags.add(text)


def is_for_daemon(api: Api) -> bool:
    """Whether what each function depends on is kept."""
    return bool(api.options.fine_grained_incremental or api.options.cache_fine_grained)


def tells_what_is_redundant(api: Api) -> bool:
    """Whether mypy reports, in this file, code that is never reached, or conditions that are always true."""
    enabled = (code.code for code in api.options.enabled_error_codes)
    return api.options.warn_unreachable or "redundant-expr" in enabled


# -- types -----------------------------------------------------------------------------------------------------------------


def mismatch(api: Api, node: Expression, wanted: Type) -> Type | None:
    """The type of an expression that may not stand where one of type `wanted` is; None where it may.

    With the wanted type in mind, so that `[]` is a list of it; where that makes errors inside, without.
    """
    types = _own_types(api)
    with api.msg.filter_errors() as errors, types:
        given: Type = api.expr_checker.accept(node, type_context=wanted)
    if errors.has_new_errors():
        given = expression_type(api, node, None)
    return None if is_subtype(given, wanted) else given


def expression_type(api: Api, node: Expression, context: Type | None) -> Type:
    """The type of an expression where one of type `context` is wanted; what is wrong inside it is said elsewhere."""
    types = _own_types(api)
    with api.msg.filter_errors(), types:
        found: Type = api.expr_checker.accept(node, type_context=context)
    return found


def _own_types(api: Api) -> Any:  # Any: a context manager of mypy's own
    """The types found in the block are not kept."""
    types = api.local_type_map
    return types() if callable(types) else types  # a method before mypy 1.19


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of the one type may be passed where the other is wanted."""
    return is_subtype(given, wanted)


# -- walking ---------------------------------------------------------------------------------------------------------------


PLAIN = frozenset({AssignmentStmt, ClassDef, Decorator, ExpressionStmt, FuncDef, ReturnStmt})
"""The statements that most programs consist of, and that have no others in the same scope."""


def statements(block: Block | MypyFile | None) -> Iterator[Statement]:
    """The statements of a block, those in its `if`, `try`, `with` and loops included, but not those of inner scopes.

    By hand, since a compiled mypy does not let its visitors be subclassed.
    """
    pending: list[Statement] = list(reversed(_body(block)))
    while pending:
        statement = pending.pop()
        yield statement
        if type(statement) in PLAIN:
            continue
        inner: list[Statement] = []
        if isinstance(statement, IfStmt):
            for part in (*statement.body, statement.else_body):
                inner += _body(part)
        elif isinstance(statement, TryStmt):
            for part in (statement.body, *statement.handlers, statement.else_body, statement.finally_body):
                inner += _body(part)
        elif isinstance(statement, WithStmt):
            inner += _body(statement.body)
        elif isinstance(statement, ForStmt | WhileStmt):
            inner += _body(statement.body) + _body(statement.else_body)
        elif isinstance(statement, MatchStmt):
            for part in statement.bodies:
                inner += _body(part)
        elif isinstance(statement, Block):
            inner += _body(statement)
        elif isinstance(statement, OverloadedFuncDef):
            inner += [item for item in statement.items if isinstance(item, Decorator | FuncDef)]
        pending.extend(reversed(inner))


def _body(block: Block | MypyFile | None) -> list[Statement]:
    if block is None or (isinstance(block, Block) and block.is_unreachable):  # mypy knows no name in such a block
        return []
    return list(block.defs if isinstance(block, MypyFile) else block.body)


# -- what is kept with a class ---------------------------------------------------------------------------------------------


def remember(api: Api, info: TypeInfo, name: str, text: str) -> None:
    """Keep a text with a class: mypy's cache keeps it, and what depends on the class is checked again when it changes.

    As a member whose type is that literal text, since the daemon compares members and not metadata.
    """
    var = Var(name, LiteralType(text, api.named_type("builtins.str")))
    var.info = info
    var._fullname = f"{info.fullname}.{name}"
    var.is_classvar = True
    info.names[name] = SymbolTableNode(MDEF, var, plugin_generated=True)


def remembered(info: TypeInfo, name: str) -> str | None:
    """The text that was kept with that very class."""
    symbol = info.names.get(name)
    typ = get_proper_type(symbol.node.type) if symbol is not None and isinstance(symbol.node, Var) else None
    return typ.value if isinstance(typ, LiteralType) and isinstance(typ.value, str) else None
