# SPDX-License-Identifier: Apache-2.0
"""The checks of the sources can fail: each rule is broken in a tree made for it, and named with file and line."""

import shutil
import subprocess
import sys

import pytest

LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */\n"

# A file of a tree, what it includes, and the complaint about it; None where there is none.
LAYER_CASES = {
    "a-layer-may-include-those-below": ("engine/unit/unit.c", '"charm/charm.h"', None),
    "a-layer-may-include-itself": ("engine/core/core.c", '"core/core.h"', None),
    "every-layer-may-include-public-headers": ("engine/base/base.c", "<reactive/error.h>", None),
    "no-arrow-runs-up": ("engine/base/base.c", '"core/core.h"', 'base cannot include "core/core.h"'),
    "core-does-not-know-state": ("engine/core/core.c", '"state/store.h"', 'core cannot include "state/store.h"'),
    "state-does-not-know-juju": ("engine/state/store.c", '"juju/juju.h"', 'state cannot include "juju/juju.h"'),
    "juju-does-not-know-core": ("engine/juju/juju.c", '"core/core.h"', 'juju cannot include "core/core.h"'),
    "charm-does-not-know-unit": ("engine/charm/charm.c", '"unit/unit.h"', 'charm cannot include "unit/unit.h"'),
    "simulator-does-not-know-cli": ("engine/simulator/s.c", '"cli/cli.h"', 'simulator cannot include "cli/cli.h"'),
    "includes-are-relative-to-the-engine": ("engine/core/core.c", '"core.h"', '"core.h" is not written relative to engine/'),
    "includes-do-not-climb": ("engine/core/core.c", '"../state/store.h"',
                              '"../state/store.h" is not written relative to engine/'),
    "layers-are-quoted": ("engine/core/core.c", "<state/store.h>", '<state/store.h> is of a layer: write "state/store.h"'),
    "public-headers-are-not-quoted": ("engine/core/core.c", '"reactive/error.h"',
                                      '"reactive/error.h" is public: write <reactive/error.h>'),
    "headers-exist": ("engine/core/core.c", '"core/gone.h"', 'there is no "core/gone.h"'),
    "public-headers-exist": ("engine/core/core.c", "<reactive/gone.h>", "there is no public header <reactive/gone.h>"),
    "directories-are-layers": ("engine/extra/extra.c", "<glib.h>", "'extra' is no layer"),
    "core-is-pure": ("engine/core/core.c", "<unistd.h>", "core is pure and cannot include <unistd.h>"),
    "sqlite-stays-in-state": ("engine/unit/unit.c", "<sqlite3.h>", "<sqlite3.h> is for state"),
    "nobody-uses-json-glib": ("engine/base/base.c", "<json-glib/json-glib.h>", "<json-glib/json-glib.h> is for nobody"),
    "public-headers-include-no-layer": ("engine/include/reactive/error.h", '"base/error.h"',
                                        'a public header cannot include "base/error.h"'),
    "public-headers-include-public-ones": ("engine/include/reactive/other.h", "<reactive/error.h>", None),
    "interfaces-include-public-headers": ("interfaces/lb/lb.c", "<reactive.h>", None),
    "interfaces-include-their-own": ("interfaces/lb/lb.c", '"lb.h"', None),
    "interfaces-include-no-layer": ("interfaces/lb/lb.c", '"unit/unit.h"', '"unit/unit.h" is not a header of interfaces/lb'),
    "interfaces-do-not-reach-out": ("interfaces/lb/lb.c", '"../../engine/unit/unit.h"',
                                    '"../../engine/unit/unit.h" is not a header of interfaces/lb'),
    "charms-include-no-layer": ("examples/tour/reactive/tour.c", "<unit/unit.h>", "<unit/unit.h> is not a public header"),
}

SOURCE_CASES = {
    "no-licence": ("engine/base/a.c", "int a;\n", 1, "no 'SPDX-License-Identifier: Apache-2.0' at the top"),
    "no-licence-in-a-script": ("scripts/a", "#!/bin/sh\ntrue\n", 1, "no 'SPDX-License-Identifier: Apache-2.0' at the top"),
    "long-file": ("engine/base/a.c", LICENCE + "int a;\n" * 800, 1, "801 lines, 800 are allowed"),
    "long-function": ("engine/base/a.c", LICENCE + "int\nrun (void)\n{\n" + "  a ();\n" * 60 + "}\n", 3,
                      "run: 62 lines, 60 are allowed"),
    "long-function-in-go": ("tools/a.go", "// " + LICENCE[3:-4] + "\nfunc run() {\n" + "\ta()\n" * 60 + "}\n", 2,
                            "run: 62 lines, 60 are allowed"),
    "long-function-in-python": ("tools/a.py", "# " + LICENCE[3:-4] + "\ndef run():\n" + "    a()\n" * 61, 2,
                                "run: 62 lines, 60 are allowed"),
    "path-of-one-machine": ("docs/a.md", "See " + "/" + "home/me/notes.\n", 1, "'/" + "home/m' is a path of one machine"),
    "work-left-undone": ("engine/base/a.c", LICENCE + "/* TO" + "DO */\n", 2, "'TO" + "DO' is work left undone"),
}

LIBRARY = """
__attribute__ ((visibility ("default"))) int reactive_good (void) { return 0; }
__attribute__ ((visibility ("default"))) int reactive_stray (void) { return 0; }
"""


def write(root, path, text):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def run_check(source, name, *arguments):
    """The exit code and the lines that a check prints."""
    run = subprocess.run([sys.executable, source / "scripts" / name, *arguments],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return run.returncode, run.stdout.splitlines()


@pytest.fixture
def tree(tmp_path):
    """A tree in which every header that the cases include is there and nothing is wrong."""
    for header in ("core/core.h", "state/store.h", "juju/juju.h", "charm/charm.h", "unit/unit.h", "cli/cli.h",
                   "include/reactive.h", "include/reactive/error.h"):
        write(tmp_path, f"engine/{header}", LICENCE)
    write(tmp_path, "interfaces/lb/lb.h", LICENCE)
    return tmp_path


@pytest.mark.parametrize("case", LAYER_CASES)
def test_layers(case, source, tree):
    path, include, complaint = LAYER_CASES[case]
    assert run_check(source, "check-layers", tree) == (0, [])

    write(tree, path, f"{LICENCE}\n#include {include}\n")
    line = 1 if "is no layer" in (complaint or "") else 3
    expected = (1, [f"{path}:{line}: {complaint}"]) if complaint else (0, [])
    assert run_check(source, "check-layers", tree) == expected


def test_layers_without_an_engine(source, tmp_path):
    code, lines = run_check(source, "check-layers", tmp_path)
    assert code == 2
    assert lines == [f"check-layers: there is no engine/ in {tmp_path}"]


@pytest.mark.parametrize("case", SOURCE_CASES)
def test_sources(case, source, tree):
    path, text, line, complaint = SOURCE_CASES[case]
    assert run_check(source, "check-sources", tree) == (0, [])

    write(tree, path, text)
    assert run_check(source, "check-sources", tree) == (1, [f"{path}:{line}: {complaint}"])


def test_headers(source, tmp_path):
    write(tmp_path, "good.h", "#pragma once\nint reactive_good (int a);\n")
    code, lines = run_check(source, "check-headers", tmp_path)
    assert (code, lines) == (0, ["1..2", "ok 1 good.h as C11", "ok 2 good.h as C++17"])

    write(tmp_path, "bad.h", "typedef struct { int class; } Bad;\n")
    write(tmp_path, "worse.h", "#pragma once\ngboolean reactive_worse (void);\n")
    code, lines = run_check(source, "check-headers", tmp_path)
    assert code == 1
    assert [line for line in lines if not line.startswith("#")] == [
        "1..6",
        "not ok 1 bad.h as C11", "not ok 2 bad.h as C++17",  # included twice, and a keyword of C++
        "ok 3 good.h as C11", "ok 4 good.h as C++17",
        "not ok 5 worse.h as C11", "not ok 6 worse.h as C++17",  # does not include what it uses
    ]


def test_headers_that_include_those_of_others(source, tmp_path):
    write(tmp_path, "own/mine.h", "#pragma once\n#include <theirs.h>\nint reactive_mine (Theirs a);\n")
    write(tmp_path, "other/theirs.h", "#pragma once\ntypedef int Theirs;\n")
    code, _ = run_check(source, "check-headers", tmp_path / "own")
    assert code == 1
    code, lines = run_check(source, "check-headers", "--also", tmp_path / "other", tmp_path / "own")
    assert (code, lines) == (0, ["1..2", "ok 1 mine.h as C11", "ok 2 mine.h as C++17"])


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler")
def test_symbols(source, tmp_path):
    header = "#define REACTIVE_EXPORT extern\nREACTIVE_EXPORT int reactive_good (void);\n"
    library = tmp_path / "library.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=LIBRARY, text=True, check=True)
    write(tmp_path, "engine/include/reactive/all.h", header)
    write(tmp_path, "engine/all.c", "/**\n * reactive_good:\n */\n")
    write(tmp_path, "tests/symbols.txt", "reactive_good\nreactive_gone\n")

    code, lines = run_check(source, "check-symbols", tmp_path, library)
    assert code == 1
    assert lines == [
        "reactive_stray: exported, and not in tests/symbols.txt",
        "reactive_gone: in tests/symbols.txt, and not exported",
        "tests/symbols.txt is not sorted, or names a symbol twice",
        "reactive_stray: exported, and not declared in engine/include",
        "reactive_stray: exported, and no doc comment 'reactive_stray:' in engine/",
    ]

    write(tmp_path, "engine/include/reactive/all.h", header + "REACTIVE_EXPORT int *reactive_stray (void);\n"
          "REACTIVE_EXPORT int reactive_lost (void);\n")
    write(tmp_path, "engine/all.c", "/**\n * reactive_good:\n */\n/**\n * reactive_stray:\n */\n")
    code, lines = run_check(source, "check-symbols", "--update", tmp_path, library)
    assert (code, lines) == (1, ["reactive_lost: declared in engine/include, and not exported"])
    assert (tmp_path / "tests" / "symbols.txt").read_text() == "reactive_good\nreactive_stray\n"


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler")
def test_symbols_of_an_interface(source, tmp_path):
    library = tmp_path / "library.so"
    text = f"{LIBRARY}\nconst int reactive_interface = 1;\n"
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", library, "-"], input=text, text=True, check=True)
    write(tmp_path, "interfaces/x/include/x.h", "#define REACTIVE_EXPORT extern\nREACTIVE_EXPORT int reactive_good (void);\n")
    write(tmp_path, "interfaces/x/x.c", "/**\n * reactive_good:\n */\n")
    write(tmp_path, "tests/symbols-x.txt", "reactive_good\n")

    code, lines = run_check(source, "check-symbols", "--interface=x", tmp_path, library)
    assert code == 1
    assert lines == [
        "reactive_stray: exported, and not in tests/symbols-x.txt",
        "reactive_stray: exported, and not declared in interfaces/x/include",
        "reactive_stray: exported, and no doc comment 'reactive_stray:' in interfaces/x/",
    ]


COUNT_LOG = """\
{"name": "a", "stdout": "1..3\\nok 1 /x\\nnot ok 2 /y\\nok 3 /z # SKIP no\\n", "result": "FAIL", "returncode": 1, "duration": 1}
{"name": "b", "stdout": "1..1\\nok 1 /x\\n", "stderr": "leak", "result": "ERROR", "returncode": 99, "duration": 1}
{"name": "c", "stdout": "", "result": "OK", "returncode": 0, "duration": 1}
{"name": "d", "stdout": "1..0 # SKIP no\\n", "result": "SKIP", "returncode": 0, "duration": 1}
{"name": "e", "stdout": null, "result": "TIMEOUT", "returncode": -9, "duration": 1}
"""
COUNT_XML = """<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3"/></testsuites>"""


def count(source, root, *arguments):
    code, lines = run_check(source, "count-tests", *arguments)
    return code, lines[-1], [line.split(":")[0] for line in lines if line.startswith("FAILED")]


def test_counting(source, tmp_path):
    write(tmp_path, "meson-logs/testlog.json", COUNT_LOG)
    write(tmp_path, "pytest.xml", COUNT_XML)
    meson = ["--meson", tmp_path]
    pytest_xml = ["--pytest", tmp_path / "pytest.xml"]

    assert count(source, tmp_path, *meson) == (1, "3 passed, 3 failed, 2 skipped", ["FAILED a", "FAILED b", "FAILED e"])
    assert count(source, tmp_path, *pytest_xml) == (1, "3 passed, 3 failed, 3 skipped", [])
    assert count(source, tmp_path, *meson, *pytest_xml)[1] == "6 passed, 6 failed, 5 skipped"


def test_counting_trusts_exit_codes(source, tmp_path):
    write(tmp_path, "meson-logs/testlog.json", COUNT_LOG.splitlines()[2])
    write(tmp_path, "pytest.xml", '<testsuite tests="1" failures="0" errors="0" skipped="0"/>')
    meson = ["--meson", tmp_path]
    pytest_xml = ["--pytest", tmp_path / "pytest.xml"]

    assert count(source, tmp_path, *meson, *pytest_xml) == (0, "2 passed, 0 failed, 0 skipped", [])
    assert count(source, tmp_path, *meson, "--meson-status=1")[1] == "1 passed, 1 failed, 0 skipped"
    assert count(source, tmp_path, *pytest_xml, "--pytest-status=3")[1] == "1 passed, 1 failed, 0 skipped"
    assert count(source, tmp_path, "--meson", tmp_path / "gone")[1] == "0 passed, 1 failed, 0 skipped"
    assert count(source, tmp_path)[:2] == (1, "0 passed, 1 failed, 0 skipped")


def list_left_out(source, directory, pattern, prefix):
    """The files of a directory whose names its meson.build does not mention."""
    build = (source / "tests" / directory / "meson.build").read_text()
    names = [path.stem[len(prefix):] for path in source.glob(pattern)]
    assert names
    return [name for name in names if f"'{name}'" not in build]


def test_every_check_is_in_the_suite(source):
    assert list_left_out(source, "checks", "scripts/check-*", "") == []


def test_every_fuzzer_is_in_the_suite(source):
    assert list_left_out(source, "fuzz", "tests/fuzz/fuzz-*.c", "fuzz-") == []


def test_every_fuzzer_has_a_corpus(source):
    for fuzzer in source.glob("tests/fuzz/fuzz-*.c"):
        corpus = source / "tests" / "fuzz" / "corpus" / fuzzer.stem[len("fuzz-"):]
        assert len(list(corpus.iterdir())) >= 10, corpus


def test_every_program_of_tests_is_in_the_suite(source):
    left_out = list_left_out(source, "engine", "tests/engine/test-*.c", "test-")
    build = (source / "tests" / "engine" / "meson.build").read_text()
    assert [name for name in left_out if not name.startswith("unit-") or f"'{name[5:]}'" not in build] == []
