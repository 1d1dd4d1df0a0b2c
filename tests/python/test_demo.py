# SPDX-License-Identifier: Apache-2.0
"""scripts/demo: the charm of examples/tour goes through its life, the scenarios of the examples are run, and the script
notices when something is not as it should be."""

import re
import shutil
import subprocess

import pytest


@pytest.fixture(scope="module")
def build(reactive):
    """The build directory, if the charm is built in it too."""
    directory = reactive.parent.parent
    if not (directory / "examples" / "tour" / "reactive" / "tour.so").exists():
        pytest.skip("the charm of examples/tour is not built")
    return directory


def run_demo(source, *arguments):
    return subprocess.run([source / "scripts" / "demo", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def sections(source, build):
    """What the demonstration prints, by the headings of its hooks."""
    result = run_demo(source, "--no-build", "--build-dir", build)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    parts = re.split(r"^== (.*)\n", result.stdout, flags=re.MULTILINE)
    assert parts[-1].endswith("\nEverything was as it should be.\n")
    return list(zip(parts[1::2], parts[2::2]))


def section(sections, hook, number=0):
    return [text for heading, text in sections if heading.startswith(f"{hook}: ")][number]


def test_the_hooks_run_in_order(sections):
    hooks = [heading.partition(":")[0] for heading, text in sections]
    assert hooks == ["install", "config-changed", "start", "start", "update-status", "action greet", "collect-metrics",
                     "update-status"]


def test_it_is_shown_what_juju_heard(sections):
    text = section(sections, "install")
    assert "status-set maintenance preparing\n" in text
    assert "open-port 8080/tcp\n" in text
    assert "log INFO    Invoking reactive handler: tour:prepare\n" in text
    assert "DEBUG" not in text


def test_flags_and_state_file_are_shown(sections):
    text = section(sections, "install")
    assert "  flags       leadership.is_leader tour.installed tour.rendered\n" in text
    assert " + reactive.states.tour.installed = null\n" in text
    assert " + reactive.invoked.tour:prepare = true\n" in text


def test_a_failed_hook_keeps_nothing(sections):
    text = section(sections, "start")
    assert "  exit code   4\n" in text
    assert "log ERROR   start failed: handler 'tour:start': told to fail by the option fail-start\n" in text
    assert "tour.started" not in text
    assert " + " not in text
    assert "  trace       3 start error handler 'tour:start': told to fail by the option fail-start\n" in text


def test_its_retry_keeps_everything(sections):
    text = section(sections, "start", 1)
    assert " + reactive.states.tour.started = null\n" in text
    assert "  status      active: says good day (leader)\n" in text


def test_the_action_gives_its_result(sections):
    assert "action-set greeting=good day, world!\n" in section(sections, "action greet")


def test_executed_tools_do_as_the_socket_does(sections):
    by_tools = section(sections, "update-status", 1)
    assert "  exit code   0\n" in by_tools
    assert "status-set active says good day (leader)\n" in by_tools


def test_the_scenarios_run(source, sections):
    text = sections[-1][1]
    names = [path.name for path in sorted(source.glob("examples/scenarios/*.yaml"))]
    assert len(names) > 3
    assert re.findall(r"^(\S+): \d+ hooks; all is as expected$", text, re.MULTILINE) == names
    assert re.findall(r"^(\S+): the same in 4 other orders of hooks$", text, re.MULTILINE) == names


def test_two_runs_print_the_same(source, build):
    first, second = (run_demo(source, "--no-build", "--build-dir", build).stdout for _ in range(2))
    assert first == second


def other_build(build, directory):
    """A build directory with a charm of its own, to be changed."""
    (directory / "engine").symlink_to(build / "engine")
    return shutil.copytree(build / "examples" / "tour", directory / "examples" / "tour")


@pytest.mark.parametrize("file, old, new, message", [
    ("config.yaml", "default: hello", "default: 1", "install left no state file"),
    ("config.yaml", "  port:", "  door:", "after install: not so: these handlers ran: prepare"),
    ("dispatch", "exec reactive dispatch", "true", "install left no state file"),
])
def test_a_charm_that_does_otherwise_is_noticed(source, build, tmp_path, file, old, new, message):
    path = other_build(build, tmp_path) / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    result = run_demo(source, "--no-build", "--build-dir", tmp_path)
    assert result.returncode == 1
    assert f"scripts/demo: {message}" in result.stderr
    assert "Everything was as it should be" not in result.stdout


@pytest.mark.parametrize("arguments, code, message", [
    (["--nonsense"], 2, "unknown argument '--nonsense'"),
    (["--build-dir"], 2, "--build-dir needs a directory"),
    (["--no-build", "--build-dir", "/nonexistent"], 1, "/nonexistent/engine/reactive is not built"),
])
def test_wrong_use_is_told(source, arguments, code, message):
    result = run_demo(source, *arguments)
    assert result.returncode == code
    assert message in result.stderr


def test_help_names_the_options(source):
    assert "--build-dir" in run_demo(source, "--help").stdout
