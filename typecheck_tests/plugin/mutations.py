"""Small changes to a program, of the kind that a person makes.

Each is a generator over a syntax tree: it makes a change, yields, and takes it back before it makes the next.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from changed_program import (
    LIBRARY,
    Changes,
    Function,
    Program,
    block_of,
    first_place,
    function_of,
    keyword,
    last_name,
    listed,
    members_of,
    parameters_of,
    parsed,
    parsed_statement,
    replaced,
    union_of,
)

__all__ = ["MUTATIONS"]

CARDINALITIES = ("All()", "Take(1)", "Take(2)", "Take(3)")


def a_step_is_not_decorated(program: Program) -> Changes:
    for _, function in program.steps():
        for decorator in list(function.decorator_list):
            with_it = function.decorator_list
            yield from replaced(function, "decorator_list", [one for one in with_it if one is not decorator])


def a_step_is_deleted(program: Program) -> Changes:
    for block, function in program.steps():
        at = block.index(function)
        block[at] = ast.Pass()
        yield
        block[at] = function


def a_class_is_deleted(program: Program) -> Changes:
    body = program.tree.body
    for at, node in enumerate(body):
        if isinstance(node, ast.ClassDef | ast.Assign):
            body[at] = ast.Pass()
            yield
            body[at] = node


def a_member_is_dropped(program: Program) -> Changes:
    for holder, name in program.annotations():
        members = members_of(getattr(holder, name))
        for dropped in members if len(members) > 1 else ():
            yield from replaced(holder, name, union_of([one for one in members if one is not dropped]))


def a_member_is_added(program: Program) -> Changes:
    for holder, name in program.annotations():
        members = members_of(getattr(holder, name))
        for text in [*program.other_events(), "None", *(f"list[{one}]" for one in program.other_events())]:
            yield from replaced(holder, name, union_of([*members, parsed(text)]))


def a_member_is_a_list(program: Program) -> Changes:
    for holder, name in program.annotations():
        members = members_of(getattr(holder, name))
        for one in members:
            changed = listed(one)
            yield from replaced(holder, name, union_of([changed if other is one else other for other in members]))


def an_annotation_is_another(program: Program) -> Changes:
    for holder, name in program.annotations():
        for text in ("None", "int", "object", "Event", "list[int]", "dict[str, Event]"):
            yield from replaced(holder, name, parsed(text))
        yield from replaced(holder, name, None)


def an_annotation_is_written_differently(program: Program) -> Changes:
    """Which changes nothing."""
    for holder, name in program.annotations():
        annotation: ast.expr = getattr(holder, name)
        text = ast.unparse(annotation)
        members = ", ".join(ast.unparse(one) for one in members_of(annotation))
        spellings = [f"typing.Annotated[{text}, 'said']", f"typing.Union[{members}]", "spelt"]
        spellings += [f"typing.Optional[{text}]"] if name == "returns" else []
        if not isinstance(annotation, ast.Constant):
            spellings.append(repr(text))
        body = program.tree.body
        at = (
            max(index + 1 for index, one in enumerate(body) if isinstance(one, ast.Import | ast.ImportFrom | ast.Expr))
            if any(isinstance(one, ast.Import | ast.ImportFrom) for one in body)
            else 0
        )
        for spelling in spellings:
            added = [parsed_statement("import typing")]
            if spelling == "spelt":
                added.append(parsed_statement(f"spelt = {text}"))
            body[at:at] = added
            yield from replaced(holder, name, parsed(spelling))
            del body[at : at + len(added)]


def another_event_is_named(program: Program) -> Changes:
    """Anywhere: in an annotation, an alias, a base, a body, a list."""
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Name) and node.id in program.events:
            for other in program.other_events(node.id):
                yield from replaced(node, "id", other)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for name in re.findall(r"\w+", node.value) if len(node.value) < 60 else ():
                for other in program.other_events(name) if name in program.events else ():
                    yield from replaced(node, "value", re.sub(rf"\b{name}\b", other, node.value))


def an_event_has_another_base(program: Program) -> Changes:
    for node in program.classes():
        if node.name in program.events and len(node.bases) == 1:
            for other in (*LIBRARY[:5], *program.other_events(node.name)):
                yield from replaced(node, "bases", [parsed(other)])


def a_base_is_dropped(program: Program) -> Changes:
    for node in program.classes():
        for base in node.bases:
            yield from replaced(node, "bases", [one for one in node.bases if one is not base])
        if len(node.bases) > 1:
            yield from replaced(node, "bases", node.bases[::-1])


def an_option_is_dropped(program: Program) -> Changes:
    """Of a class (`open_steps=True`), a decorator or a call."""
    for node in ast.walk(program.tree):
        if isinstance(node, ast.ClassDef | ast.Call):
            for dropped in node.keywords:
                yield from replaced(node, "keywords", [one for one in node.keywords if one is not dropped])


def an_option_is_added(program: Program) -> Changes:
    for node in program.classes():
        if any(last_name(base) == "Workflow" for base in node.bases):
            for text in ("open_steps=True", "skip_checks=['no-exit']"):
                yield from replaced(node, "keywords", [*node.keywords, keyword(text)])
    for _, function in program.steps():
        for decorator in function.decorator_list:
            options = ["accept_event_subclasses=True", "num_workers=0", "skip_checks=['unproduced-event']"]
            if last_name(decorator) == "catch_error":
                options = [f"for_steps=[{function.name!r}]", "max_recoveries=0"]
            call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
            at = function.decorator_list.index(decorator)
            for text in options:
                changed = ast.Call(call.func, call.args, [*call.keywords, keyword(text)])
                function.decorator_list[at] = changed
                yield
                function.decorator_list[at] = decorator


def a_step_is_called_otherwise(program: Program) -> Changes:
    for _, function in program.functions():
        yield from replaced(function, "name", function.name + "_")


def a_name_in_an_option_is_misspelt(program: Program) -> Changes:
    for node in ast.walk(program.tree):
        if isinstance(node, ast.keyword) and node.arg in ("for_steps", "step", "skip_checks"):
            for one in ast.walk(node.value):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield from replaced(one, "value", one.value + "x")


def a_field_has_no_default(program: Program) -> Changes:
    for node in program.classes():
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and statement.value is not None:
                yield from replaced(statement, "value", None)


def a_field_is_of_another_type(program: Program) -> Changes:
    for node in program.classes():
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                for text in ("object", "typing.Callable[[], int]", "Event", "typing.Any"):
                    program.tree.body.insert(first_place(program.tree), parsed_statement("import typing"))
                    yield from replaced(statement, "annotation", parsed(text))
                    del program.tree.body[first_place(program.tree)]


def a_method_is_not_decorated(program: Program) -> Changes:
    """A validator or a serializer."""
    for node in program.classes():
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
                yield from replaced(statement, "decorator_list", [])


def a_field_is_of_a_class_of_the_program(program: Program) -> Changes:
    """A model, a dataclass, a named tuple: what is in it counts for the state, too."""
    names = [node.name for node in program.tree.body if isinstance(node, ast.ClassDef)]
    for node in program.classes():
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                for text in (text for name in names for text in (name, f"list[{name}]")):
                    yield from replaced(statement, "annotation", parsed(text))


def a_state_is_another(program: Program) -> Changes:
    names = [node.name for node in program.tree.body if isinstance(node, ast.ClassDef)]
    models = [name for name in names if name not in program.events]
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Subscript) and last_name(node.value) == "Context":
            for other in (*models, "DictState", "int", "dict"):
                yield from replaced(node, "slice", parsed(other))
    for _, function in program.steps():
        for parameter in parameters_of(function):
            if parameter.annotation is not None and last_name(parameter.annotation) == "Context":
                if isinstance(parameter.annotation, ast.Subscript):
                    yield from replaced(parameter, "annotation", parameter.annotation.value)
                else:
                    for other in models[-3:]:
                        yield from replaced(parameter, "annotation", parsed(f"Context[{other}]"))


def a_parameter_is_dropped(program: Program) -> Changes:
    for _, function in program.steps():
        arguments = function.args
        for dropped in arguments.args:
            yield from replaced(arguments, "args", [one for one in arguments.args if one is not dropped])


def a_parameter_is_added(program: Program) -> Changes:
    for _, function in program.steps():
        arguments = function.args
        at = len(arguments.args) - len(arguments.defaults)
        added = [f"more: {name}" for name in program.other_events()] + ["more", "more: int", "again: Context"]
        for text in added:
            one = function_of(f"def f({text}): ...").args.args
            yield from replaced(arguments, "args", [*arguments.args[:at], *one, *arguments.args[at:]])
        for text in ("*, more: int", "*more: int", "**more: Event", "*, more: int = 1"):
            if arguments.vararg is None and arguments.kwarg is None and not arguments.kwonlyargs:
                changed = function_of(f"def f({text}): ...").args
                changed.args, changed.defaults = arguments.args, arguments.defaults
                yield from replaced(function, "args", changed)


def a_parameter_is_taken_by_place(program: Program) -> Changes:
    for _, function in program.steps():
        arguments = function.args
        names = arguments.args
        for count in range(1, len(names) + 1) if not arguments.posonlyargs else ():
            arguments.posonlyargs, arguments.args = names[:count], names[count:]
            yield
            arguments.posonlyargs, arguments.args = [], names


def a_line_is_added(program: Program) -> Changes:
    for _, function in program.steps():
        names = [one.arg for one in function.args.args]
        lines = (
            [f"{names[0]}.kept = 1", f"{names[0]}.kept: int = 1", f"setattr({names[0]}, 'kept', 1)"] if names else []
        )
        context = next((one.arg for one in function.args.args if "Context" in ast.unparse(one)), None)
        for event in program.other_events() if context is not None else ():
            lines += [f"{context}.send_event({event}())", f"await {context}.wait_for_event({event})"]
            lines += [
                f"made = {event}(); {context}.send_event(made)",
                f"[{context}.send_event(e) for e in [{event}()]]",
            ]
            lines += [f"send = {context}.send_event; send({event}())", f"{context}.collect_events(ev, [{event}])"]
            lines += [f"{context}.send_event({event}(), step='{function.name}')", f"elsewhere({context}, {event}())"]
        lines += ["yield"]
        for line in lines:
            if isinstance(function, ast.AsyncFunctionDef) or not line.startswith("await"):
                added = ast.parse(line).body if not line.startswith("await") else [parsed_statement(line)]
                yield from replaced(function, "body", [*added, *function.body])


def a_line_is_deleted(program: Program) -> Changes:
    for node in ast.walk(program.tree):
        for name in ("body", "orelse") if not isinstance(node, ast.Module) else ():
            block = block_of(node, name)
            for at, statement in enumerate(block):
                if not isinstance(statement, Function | ast.Return | ast.Pass):
                    yield from replaced(node, name, [*block[:at], ast.Pass(), *block[at + 1 :]])


def a_mark_is_another(program: Program) -> Changes:
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Call) and last_name(node) in ("Collect", "Take", "All"):
            if last_name(node) == "Collect":
                for text in CARDINALITIES:
                    yield from replaced(node, "args", [parsed(text)])
                yield from replaced(node, "args", [])
            elif node.args:
                for number in ("0", "1", "2", "7"):
                    yield from replaced(node, "args", [parsed(number)])
    for holder, name in program.annotations():
        annotation = getattr(holder, name)
        if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
            assert isinstance(annotation.slice, ast.Tuple)
            yield from replaced(holder, name, annotation.slice.elts[0])


def a_step_is_of_another_kind(program: Program) -> Changes:
    for block, function in program.steps():
        at = block.index(function)
        kind = ast.FunctionDef if isinstance(function, ast.AsyncFunctionDef) else ast.AsyncFunctionDef
        block[at] = kind(**{name: getattr(function, name) for name in function._fields if hasattr(function, name)})
        yield
        block[at] = function
        for decorator in (
            ("staticmethod", "classmethod", "property", "override") if block is not program.tree.body else ()
        ):
            for decorators in (
                [parsed(decorator), *function.decorator_list],
                [*function.decorator_list, parsed(decorator)],
            ):
                program.tree.body.insert(
                    first_place(program.tree), parsed_statement("from typing_extensions import override")
                )
                yield from replaced(function, "decorator_list", decorators)
                del program.tree.body[first_place(program.tree)]


def a_step_is_repeated(program: Program) -> Changes:
    """Under the same name, which binds it anew, or under another, by an assignment."""
    for block, function in program.steps():
        at = block.index(function) + 1
        for added in (function, parsed_statement(f"{function.name}_again = {function.name}")):
            block.insert(at, added)
            yield
            del block[at]


def a_step_is_below_a_condition(program: Program) -> Changes:
    for block, function in program.steps():
        for test in ("True", "sys.version_info >= (3, 8)", "sys.version_info < (3, 8)"):
            first = first_place(program.tree)
            program.tree.body.insert(first, parsed_statement("import sys"))
            at = block.index(function)
            block[at] = ast.If(parsed(test), [function], [])
            yield
            block[at] = function
            del program.tree.body[first]


MUTATIONS: tuple[Callable[[Program], Changes], ...] = (
    a_step_is_not_decorated,
    a_step_is_deleted,
    a_class_is_deleted,
    a_member_is_dropped,
    a_member_is_added,
    a_member_is_a_list,
    an_annotation_is_another,
    an_annotation_is_written_differently,
    another_event_is_named,
    an_event_has_another_base,
    a_base_is_dropped,
    an_option_is_dropped,
    an_option_is_added,
    a_step_is_called_otherwise,
    a_name_in_an_option_is_misspelt,
    a_field_has_no_default,
    a_field_is_of_another_type,
    a_field_is_of_a_class_of_the_program,
    a_method_is_not_decorated,
    a_state_is_another,
    a_parameter_is_dropped,
    a_parameter_is_added,
    a_parameter_is_taken_by_place,
    a_line_is_added,
    a_line_is_deleted,
    a_mark_is_another,
    a_step_is_of_another_kind,
    a_step_is_repeated,
    a_step_is_below_a_condition,
)
