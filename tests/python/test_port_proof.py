# SPDX-License-Identifier: Apache-2.0
"""`reactive port` against the real charms.reactive: what it registers for a charm stands in the compiled modules, name by
name, and both run alike as flag programs. The method is in tests/port-proof; here it runs over charms of our own, and over
ported charms that were broken on purpose, which it has to notice."""

import copy
import os
import pathlib
import re
import shutil
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "port-proof"))
# pylint: disable=wrong-import-position
import comparison  # noqa: E402
import ported  # noqa: E402
import programs  # noqa: E402
import prove  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "port"
CHARMS = sorted(path.name for path in FIXTURES.iterdir() if (path / "reactive").is_dir())
N_RANDOM_HOOKS = 4

# Name: the file of the ported charm, what is replaced and by what, and what the proof says of it.
DAMAGES = {
    "a-row-left-out": ("tollgate.c", r"  HANDLER \(fetch,[^;]*?\n(?=  (?:HANDLER|\{))", "",
                       r"handler fetch is not in the compiled tables"),
    "a-row-more": ("tollgate.c", r"(?=  HANDLER \(fetch,)", "  HANDLER (install, ONCE),\n",
                   r"install is twice in the tables"),
    "a-condition-turned-round": ("tollgate.c", r'WHEN_NOT \("tollgate.fetched"\)', 'WHEN ("tollgate.fetched")',
                                 r"conditions of fetch: Python has none tollgate.fetched, .*C has all tollgate.fetched"),
    "a-flag-misspelt": ("tollgate.c", r'"certificates\.server\.certs\.changed"', '"certificates.server.cert.changed"',
                        r"conditions of store_certificate"),
    "a-condition-left-out": ("tollgate_metrics.c", r",\s*ONCE\)", ")", r"conditions of "),
    "a-trigger-left-out": ("tollgate.c", r'  \{[^}]*"config\.changed\.proxy"[^}]*\},\n', "",
                           r"trigger .*config\.changed\.proxy.* is not in the compiled tables"),
    "a-trigger-turned-round": ("tollgate.c", r'\.when_not = "ledger\.available"', '.when = "ledger.available"',
                               r"trigger .*ledger\.available.* is not in the compiled tables"),
    "a-flag-not-set": ("tollgate.c", r'  reactive_set_flag \(unit, "tollgate\.stopped"\);\n', "",
                       r"stop: Python sets tollgate\.stopped more often"),
    "an-action-left-out": ("action_actions.c", r'  ACTION \("close",[^\n]*\n', "", r"action close is not in the compiled tables"),
    "what-does-not-compile": ("tollgate.c", r"return TRUE;", "int left; return TRUE;", r"tollgate\.c does not compile"),
}


@pytest.fixture(name="tools", scope="module")
def fixture_tools(reactive, source, python_peers):
    tools = ported.Tools(reactive.parent.parent, source)
    if not tools.tables.exists():
        pytest.skip(f"there is no {tools.tables}")
    return tools


@pytest.fixture(name="tollgate", scope="module")
def fixture_tollgate(tools, tmp_path_factory):
    """The ported charm, and what charms.reactive knows of the one in Python."""
    output = tmp_path_factory.mktemp("ported") / "tollgate"
    return prove.ask_oracle(FIXTURES / "tollgate"), ported.Ported(tools, FIXTURES / "tollgate", output)


@pytest.mark.parametrize("name", CHARMS)
def test_nothing_is_lost(tools, name, tmp_path):
    result = prove.prove(FIXTURES / name, tools, tmp_path / "ported", N_RANDOM_HOOKS)
    assert result["differences"] == []
    assert result["counts"]["handlers"][0] > 0
    assert result["program"]["invoked"] > 0


def test_the_charm_in_ordinary_style_is_counted_in_full(tollgate):
    """The numbers, counted by hand in its files."""
    oracle, _ = tollgate
    assert len([handler for handler in oracle["handlers"] if handler["file"].startswith("reactive/")]) == 25
    assert len(oracle["triggers"]) == 7
    assert oracle["actions"] == ["close", "open", "purge", "report"]
    assert oracle["external"] == ["reactive/audit"]
    assert [entry["name"] for entry in oracle["atexit"]] == ["assess_status"]


@pytest.mark.parametrize("name", DAMAGES)
def test_a_loss_is_found(tools, tollgate, name, tmp_path):
    """Each kind of loss, made in the C file before it is compiled."""
    file_name, pattern, replacement, expected = DAMAGES[name]
    oracle, original = tollgate
    damaged = copy.copy(original)
    damaged.output = tmp_path / "ported"
    shutil.copytree(original.output, damaged.output)
    path = damaged.output / "reactive" / file_name
    text, n_places = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1)
    assert n_places == 1
    path.write_text(text, encoding="utf-8")

    damaged.read_texts()
    tolerant = copy.copy(tools)
    tolerant.flags = [*tools.flags, "-Wno-unused-function"]
    differences = damaged.compile(tolerant, tmp_path)
    differences += comparison.Comparison(oracle, damaged).compare()
    assert [line for line in differences if re.search(expected, line, re.DOTALL)], differences


def test_a_program_that_runs_otherwise_is_found(tools):
    handlers = [
        {"id": "first", "conditions": [{"none": ["done"]}], "actions": [["set", "done"]]},
        {"id": "second", "conditions": [{"all": ["done"]}, {"once": True}], "actions": []},
    ]
    program = {"name": "program", "handlers": handlers, "triggers": []}
    other = {**program, "handlers": [handlers[0], {**handlers[1], "conditions": [{"all": ["done"]}]}]}
    assert programs.prove(program, other, tools.reactive, N_RANDOM_HOOKS)[0]


def test_the_command_ends_with_an_error_at_a_difference(tools, tmp_path, capsys):
    """A charm whose handler file nobody can import has no proof."""
    charm = tmp_path / "broken"
    (charm / "reactive").mkdir(parents=True)
    (charm / "metadata.yaml").write_text("name: broken\nsummary: s\ndescription: d\n")
    (charm / "reactive" / "broken.py").write_text("from charms.reactive import when\n\n\n@when('a')\ndef one():\n    pass\n"
                                                  "\n\nraise ValueError('no')\n")
    assert prove.main(["--build", str(tools.build), "--no-programs", str(charm)]) == 1
    assert "charms.reactive cannot import it: ValueError: no" in capsys.readouterr().err
    assert sorted(os.listdir(charm)) == ["metadata.yaml", "reactive"]
