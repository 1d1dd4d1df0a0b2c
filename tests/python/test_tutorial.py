# SPDX-License-Identifier: Apache-2.0
"""The tutorial, word for word, with an installation of the build. .ci/bare-root does it with packages, in an empty
root."""

import pytest
import walkthrough
from conftest import has_sanitizers
from shell import SOURCE

TUTORIAL = SOURCE / "docs" / "tutorial.md"


def test_the_tutorial_prints_what_it_shows(installed, tmp_path):
    if has_sanitizers():
        pytest.skip("a charm's own tests in C are built without the sanitizers")
    first, session, last = walkthrough.sessions(walkthrough.read_commands(TUTORIAL))
    assert [command.text.split()[:2] for command in (*first, *last)] == [["apt", "install"], ["apt", "purge"]]
    assert len(session) > 15
    problems = walkthrough.run_session(session, ["bash", "-c"], cwd=tmp_path, env={**installed, "LC_ALL": "C.UTF-8"})
    assert problems == [], "\n".join(problems)
    # patch keeps the old file where its lines stand elsewhere than the patch says, and that would be packed, too.
    assert list(tmp_path.rglob("*.orig")) == []


def test_what_is_not_as_shown_is_told(tmp_path):
    document = tmp_path / "document.md"
    document.write_text("""Text

```console
$ echo one
one
$ printf 'a\\nb\\nc\\n'
…
c
```

```console
# id -u
0
```

```console
$ echo two; false
thr…
```

```sh
cat <<END
$HOME
END
false
```

```sh
true
```
""", encoding="utf-8")
    commands = walkthrough.read_commands(document)
    assert [(command.line, command.is_roots) for command in commands] == [
        (4, False), (6, False), (12, True), (17, False), (22, False), (29, False)]
    assert [len(session) for session in walkthrough.sessions(commands)] == [2, 1, 3]
    problems = walkthrough.run_session([*commands[:2], *commands[3:]], ["bash", "-c"], env={"HOME": "/somewhere"})
    assert problems == ["line 17: echo two; false\n--- shown\nthr…\n--- printed\ntwo\n",
                        "line 22: cat <<END\n$HOME\nEND\nfalse\nended with 1\n--- printed\n/somewhere\n"]
    problems = walkthrough.run_session([commands[0]._replace(text="echo no; exit 3"), commands[1]], ["bash", "-c"])
    assert problems == ["line 4: the shell ended:\nno\n"]


@pytest.mark.parametrize("shown, printed, wanted", [
    (["a"], "a\n", True),
    (["a"], "a", False),
    (["a"], "ab\n", False),
    (["a"], "a\nb\n", False),
    (["a  "], "a\n", True),
    (["a"], "a  \n", True),
    (["a.c"], "abc\n", False),
    (["a…c"], "a and c\n", True),
    (["…"], "", True),
    (["…"], "a\nb\n", True),
    (["a", "…", "c"], "a\nc\n", True),
    (["a", "…", "c"], "a\nb\nb\nc\n", True),
    (["a", "…", "c"], "a\nb\n", False),
    ([], "", True),
    ([], "warning\n", False),
])
def test_dots_stand_for_any_text(shown, printed, wanted):
    assert walkthrough.matches(shown, printed) is wanted
