"""What a team may relax, and how: mypy's own means, and `[tool.typedflow_mypy]`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from mypy.version import __version__ as mypy_version
from mypy_runs import ROOT, configuration, run_mypy
from snippets import DOCS, blocks

# Before 1.19 mypy reads its configuration before it imports a plugin: a list that names a code of a plugin is dropped.
CODES_OF_PLUGINS_IN_LISTS = tuple(map(int, mypy_version.split(".")[:2])) >= (1, 19)

PROGRAM = """
from typedflow import Event, StartEvent, StopEvent, Workflow, step

class Lost(Event): ...

class W(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> StopEvent | Lost:{comment}
        return StopEvent()
"""


def said(folder: Path, more: str = "", comment: str = "", head: str = "") -> str:
    (folder / "app.py").write_text(head + PROGRAM.format(comment=comment))
    return run_mypy(
        folder, configuration(folder, more=more), ["app.py"], cache=folder.parent / "cache_of_configuration"
    )


def test_a_problem_is_an_error_with_its_hint_as_a_note(tmp_path: Path) -> None:
    error, note = said(tmp_path).splitlines()
    assert error == "app.py:8:58: error: Step 'begin' returns 'Lost', which no step takes.  [typedflow-unhandled-event]"
    assert note.startswith("app.py:8:58: note: Add a step that takes it")


def test_an_ignore_with_the_code_silences_it_and_its_note(tmp_path: Path) -> None:
    assert said(tmp_path, comment="  # type: ignore[typedflow-unhandled-event]") == ""


def test_an_ignore_with_another_code_does_not(tmp_path: Path) -> None:
    found = said(tmp_path, comment="  # type: ignore[typedflow-no-exit]")
    assert "[typedflow-unhandled-event]" in found
    assert 'Unused "type: ignore" comment' in found


def test_a_code_can_be_disabled_for_a_project_where_mypy_lets_it(tmp_path: Path) -> None:
    found = said(tmp_path, more='disable_error_code = ["typedflow-unhandled-event"]\n')
    assert (found == "") is CODES_OF_PLUGINS_IN_LISTS


def test_a_code_can_be_disabled_for_a_file(tmp_path: Path) -> None:
    assert said(tmp_path, head='# mypy: disable-error-code="typedflow-unhandled-event"\n') == ""


def test_a_code_can_be_enabled_again(tmp_path: Path) -> None:
    more = 'disable_error_code = ["typedflow-unhandled-event"]\nenable_error_code = ["typedflow-unhandled-event"]\n'
    assert "[typedflow-unhandled-event]" in said(tmp_path, more=more)


def test_a_code_may_be_a_warning_only(tmp_path: Path) -> None:
    found = said(tmp_path, more='[tool.typedflow_mypy]\nwarn = ["typedflow-unhandled-event"]\n')
    assert "note: Step 'begin' returns 'Lost'" in found
    assert "error" not in found


def test_a_code_can_be_disabled_in_the_table_of_the_plugin(tmp_path: Path) -> None:
    assert said(tmp_path, more='[tool.typedflow_mypy]\ndisable = ["unhandled-event"]\n') == ""


def test_the_tables_on_the_page_are_accepted(tmp_path: Path) -> None:
    switched_on, relaxed = (block.text for block in blocks((DOCS / "mypy.md").read_text(encoding="utf-8"), "toml"))
    config = tmp_path / "pyproject.toml"
    (tmp_path / "app.py").write_text(PROGRAM.format(comment=""))
    config.write_text(switched_on)
    assert "error: Step 'begin' returns 'Lost', which no step takes." in run_mypy(tmp_path, config, ["app.py"])
    config.write_text(switched_on + relaxed)
    assert "note: Step 'begin' returns 'Lost', which no step takes." in run_mypy(tmp_path, config, ["app.py"])


def test_a_class_may_be_named_as_open(tmp_path: Path) -> None:
    assert said(tmp_path, more='[tool.typedflow_mypy]\nopen_workflows = ["app.*"]\n') == ""


def test_the_options_are_part_of_the_cache_key(tmp_path: Path) -> None:
    relaxed = '[tool.typedflow_mypy]\nopen_workflows = ["app.*"]\n'
    assert said(tmp_path, more=relaxed) == ""
    assert "[typedflow-unhandled-event]" in said(tmp_path)
    assert said(tmp_path, more=relaxed) == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("open_workflow = []", "there is no option 'open_workflow'; did you mean 'open_workflows'?"),
        ("strict = true", "there is no option 'strict'; the options are open_workflows, warn, disable"),
        ('warn = "no-exit"', "'warn' is to be a list of strings, not 'no-exit'"),
        ('warn = ["no-exits"]', "'warn' names 'no-exits' (did you mean 'no-exit'?): there is no such code"),
    ],
)
def test_a_wrong_option_is_an_error_that_names_it(options: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError) as caught:
        said(tmp_path, more=f"[tool.typedflow_mypy]\n{options}\n")
    assert message in str(caught.value)


def test_an_unknown_code_in_mypys_own_list_ends_the_run_or_drops_the_list(tmp_path: Path) -> None:
    more = 'disable_error_code = ["typedflow-no-such"]\n'
    if CODES_OF_PLUGINS_IN_LISTS:
        with pytest.raises(RuntimeError, match="typedflow-no-such"):
            said(tmp_path, more=more)
    else:
        assert "[typedflow-unhandled-event]" in said(tmp_path, more=more)


def test_the_version_of_the_plugin_changes_with_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typedflow_mypy import version

    (tmp_path / "a.py").write_text("x = 1\n")
    monkeypatch.setattr(version, "_folders", lambda: [str(tmp_path)])
    before = version.source_digest()
    (tmp_path / "a.py").write_text("x = 2\n")
    assert version.source_digest() != before


def test_a_new_version_is_noticed_for_files_that_the_first_run_after_it_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "from typedflow import StartEvent, StopEvent, Workflow, step\n\n\nclass Flow(Workflow):\n"
        "    @step\n    async def begin(self, ev: StartEvent) -> None: ...\n"
    )
    for name in ("one.py", "other.py"):
        (tmp_path / name).write_text(program)
    plugins = tmp_path / "plugins"
    shutil.copytree(ROOT / "typedflow_mypy", plugins / "typedflow_mypy")
    monkeypatch.setenv("PYTHONPATH", str(plugins))
    config, cache = configuration(tmp_path), tmp_path / "cache"
    assert "[typedflow-no-stop]" in run_mypy(tmp_path, config, ["one.py", "other.py"], cache=cache)
    workflows = plugins / "typedflow_mypy" / "workflows.py"
    workflows.write_text(
        f"{workflows.read_text()}\n\ndef check_class(ctx, plugin):\n    return ctx.default_return_type\n"
    )
    assert run_mypy(tmp_path, config, ["one.py"], cache=cache) == ""
    assert run_mypy(tmp_path, config, ["other.py"], cache=cache) == ""


def test_the_plugin_does_not_import_pydantic_into_mypy() -> None:
    import subprocess
    import sys

    code = "import sys, typedflow_mypy; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], capture_output=True, text=True
    )
    modules = set(done.stdout.split())
    assert "pydantic" not in modules
    of_the_library = {name for name in modules if name.partition(".")[0] == "typedflow"}
    assert of_the_library == {"typedflow", "typedflow.first_use", "typedflow.wiring.codes", "typedflow.wiring.nearest"}
