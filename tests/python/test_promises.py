# SPDX-License-Identifier: Apache-2.0
"""What the author of a charm in C can rely on."""

import json
import pathlib
import shutil

import pytest

# pylint: disable-next=unused-import
from juju import fixture_make_unit

OPTIONS = {
    "text": {"type": "string", "default": "borrowed text"},
    "ratio": {"type": "float", "default": 2.5},
}


@pytest.fixture(name="run_handler")
def fixture_run_handler(make_unit):
    """Runs a hook in which one handler of promises.c is asked for."""
    def run(handler, **options):
        unit = make_unit(["promises"], config=OPTIONS)
        unit.set_flags(f"do.{handler}")
        outcome = unit.hook("update-status", **options)
        assert unit.ran()[0] == f"promises:{handler}", outcome.stderr
        return unit, outcome
    return run


def test_first_error_wins_and_later_calls_do_nothing(run_handler):
    unit, outcome = run_handler("fail_twice")

    outcome.failed(4, "handler 'promises:fail_twice': a flag's name has 0 bytes")
    assert "what follows from it" not in outcome.stderr
    assert "a query was answered" not in outcome.log_of("INFO")
    assert outcome.calls_of("status-set") == outcome.calls_of("application-version-set") == []
    assert not [event for event in unit.events() if event[1] == "after.the.error"]
    assert unit.flags() == ["do.fail_twice"]


def test_what_can_fail_fails_with_the_error_that_stuck(run_handler):
    unit, outcome = run_handler("check_after_error")

    outcome.failed(4, "handler 'promises:check_after_error': a flag's name has 0 bytes")
    for what in ("run", "write", "tool"):
        assert any(line.startswith(f"{what}: a flag's name has 0 bytes") for line in outcome.log_of("INFO"))
    assert not list(unit.charm_dir.glob("*-after-the-error"))
    assert "application-version" not in unit.model


def test_strings_live_until_the_hook_ends(run_handler):
    unit, outcome = run_handler("borrow")

    outcome.succeeded()
    assert unit.ran() == ["promises:borrow", "promises:give_back"]
    assert "borrowed text, first, web/0, config.changed" in outcome.log_of("INFO")


@pytest.fixture(name="comma_locales")
def fixture_comma_locales(tmp_path):
    """A directory of locales with a de_DE.UTF-8, which few machines have: the C locale, but for the decimal comma."""
    plain = pathlib.Path("/usr/lib/locale/C.utf8")
    if not plain.exists():
        pytest.skip(f"there is no {plain} to make a locale from")
    comma = tmp_path / "locales" / "de_DE.UTF-8"
    shutil.copytree(plain, comma)
    numeric = comma / "LC_NUMERIC"
    numeric.write_bytes(numeric.read_bytes().replace(b".\0", b",\0", 1))
    return comma.parent


def test_numbers_ignore_the_locale(run_handler, comma_locales):
    unit, outcome = run_handler("change_locale", LOCPATH=str(comma_locales))

    outcome.succeeded()
    assert [line for line in outcome.log_of("INFO") if line.startswith("here")] == ["here: 0,5"]
    assert "misread" not in outcome.log_of("INFO")
    assert unit.rows()["promises.number"] == "0.5"
    assert json.loads(unit.config_file.read_text(encoding="utf-8"))["ratio"] == 2.5


def test_log_and_status_take_plain_text(run_handler):
    unit, outcome = run_handler("say_percent")

    outcome.succeeded()
    assert "log: 100%s %n" in outcome.log_of("INFO")
    assert "printf: 100% %s" in outcome.log_of("INFO")
    assert outcome.calls_of("status-set") == [["--", "maintenance", "100%s %n"],
                                              ["--", "active", "status: 100%s %n --help"]]
    assert unit.model["application-version"] == "--1%s"


def test_printf_forms_take_a_format(run_handler):
    unit, outcome = run_handler("say_percent_formatted")

    outcome.succeeded()
    assert unit.model["status"] == {"status": "active", "message": "100% %s"}
