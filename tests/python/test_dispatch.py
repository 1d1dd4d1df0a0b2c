# SPDX-License-Identifier: Apache-2.0
"""`reactive dispatch` as Juju runs it: whole hooks and actions, over the agent socket and by executed tools."""

import hashlib
import json
import os
import subprocess

import pytest

# pylint: disable-next=unused-import
from juju import fixture_make_unit, mode_of

OPTIONS = {
    "greeting": {"type": "string", "default": "hello"},
    "port": {"type": "int", "default": 80},
    "ratio": {"type": "float", "default": 2.5},
    "debug": {"type": "boolean", "default": False},
    "key": {"type": "string"},
}
GREETING = {"greeting": OPTIONS["greeting"]}
ACTIONS = {
    "backup": {
        "description": "Back everything up.",
        "params": {"target": {"type": "string"}, "level": {"type": "integer"}, "options": {"type": "object"}},
    },
    "refuse": {"description": "Say no."},
    "break-down": {"description": "Fail."},
    "set-bad-key": {"description": "Answer what Juju refuses."},
    "unheard-of": {"description": "No module handles this one."},
}


# A unit's life


@pytest.mark.parametrize("carrier", ["socket", "tools"])
def test_life_of_a_unit(make_unit, carrier):
    unit = make_unit(["life"], config=GREETING, actions={"greet": {"params": {"text": {"type": "string"}}}})

    install = unit.hook("install", carrier=carrier).succeeded()
    assert unit.ran() == ["life:prepare", "life:install", "life:configure", "life:wait_for_start"]
    assert install.log_of("INFO")[0] == "Reactive main running for hook install"
    assert "Invoking reactive handler: life:prepare" in install.log_of("INFO")
    assert "tracer: set flag life.installed" in install.log_of("DEBUG")
    assert unit.flags() == ["life.configured", "life.installed"]
    assert unit.model["status"] == {"status": "waiting", "message": "not started yet"}
    assert unit.model["application-version"] == "1.0"
    assert install.calls_of("status-set") == [["--", "maintenance", "preparing"], ["--", "waiting", "not started yet"]]

    unit.hook("config-changed", carrier=carrier).succeeded()
    assert unit.ran() == ["life:wait_for_start"]

    unit.hook("start", carrier=carrier).succeeded()
    assert unit.ran() == ["life:start", "life:report"]
    assert unit.flags() == ["life.configured", "life.installed", "life.started"]
    assert unit.model["status"] == {"status": "active", "message": "serving"}

    unit.hook("update-status", carrier=carrier).succeeded()
    assert unit.ran() == ["life:report"]

    unit.action("greet", {"text": "hi"}, carrier=carrier).succeeded()
    assert unit.model["action"] == {"params": {"text": "hi"}, "results": {"greeting": "hi"}}
    assert "life.greeted" in unit.flags()

    unit.hook("stop", carrier=carrier).succeeded()
    assert unit.flags() == ["life.configured", "life.greeted", "life.installed", "life.stopped"]
    assert [row[:2] for row in unit.trace()] == [
        ("install", "ok"), ("config-changed", "ok"), ("start", "ok"), ("update-status", "ok"), ("action greet", "ok"),
        ("stop", "ok")]


def test_dispatch_is_quiet_and_its_files_are_private(make_unit):
    unit = make_unit(["life"], config=GREETING)

    outcome = unit.hook("install").succeeded()

    assert outcome.stdout == ""
    assert (mode_of(unit.state_file), mode_of(unit.config_file)) == (0o600, 0o600)
    assert unit.unfinished_files() == []


def test_hook_nobody_asked_for_succeeds_and_runs_the_flag_phase(make_unit):
    unit = make_unit(["life"], config=GREETING)
    unit.set_flags("life.started")

    unit.hook("secret-changed").succeeded()

    assert unit.ran() == ["life:prepare", "life:wait_for_start", "life:report"]


def test_charm_without_modules_succeeds(make_unit):
    unit = make_unit()
    (unit.charm_dir / "reactive").rmdir()

    unit.hook("install").succeeded()

    assert unit.flags() == []


def test_unit_state_db_says_where_the_state_is(make_unit, tmp_path):
    unit = make_unit(["life"], config=GREETING)

    unit.hook("install", UNIT_STATE_DB=str(tmp_path / "elsewhere.db")).succeeded()

    assert not unit.state_file.exists()
    unit.state_file = tmp_path / "elsewhere.db"
    assert "life.installed" in unit.flags()


def test_charm_dir_alone_is_enough(make_unit):
    unit = make_unit(["life"])

    unit.hook("install", JUJU_CHARM_DIR=None).succeeded()

    assert "life.installed" in unit.flags()


def test_flags_command_reads_what_a_hook_left(make_unit, reactive):
    unit = make_unit(["life"], config=GREETING)
    unit.hook("install").succeeded()

    listing = subprocess.run([reactive, "flags", "--state", unit.state_file], capture_output=True, text=True, check=True)

    assert listing.stdout.split() == unit.flags()


# Configuration


def config_events(unit, kind):
    return [name for event, name, *_ in unit.events() if event == kind and name.startswith("config.")]


def test_config_flags_rise_and_are_gone_after_the_hook(make_unit):
    unit = make_unit(["options"], config=OPTIONS)

    unit.hook("install").succeeded()

    assert config_events(unit, "set") == [
        "config.changed",
        "config.changed.debug", "config.default.debug",
        "config.changed.greeting", "config.set.greeting", "config.default.greeting",
        "config.changed.key", "config.default.key",
        "config.changed.port", "config.set.port", "config.default.port",
        "config.changed.ratio", "config.set.ratio", "config.default.ratio"]
    assert unit.ran() == ["options:notice_change", "options:notice_greeting", "options:notice_defaults"]
    assert unit.flags() == []

    unit.hook("update-status").succeeded()
    assert unit.ran() == ["options:notice_defaults"]


def test_config_changed_is_what_differs_from_the_last_good_hook(make_unit):
    unit = make_unit(["options"], config=OPTIONS)
    unit.hook("install").succeeded()

    unit.set_config(greeting="bye", key="abc", ratio=3)
    outcome = unit.hook("config-changed").succeeded()

    assert [name for name in config_events(unit, "set") if name.startswith("config.changed")] == [
        "config.changed", "config.changed.greeting", "config.changed.key", "config.changed.ratio"]
    assert unit.ran() == ["options:show", "options:notice_change", "options:notice_greeting"]
    assert [line for line in outcome.log_of("INFO") if line.split(":")[0] in (*OPTIONS, "typed")] == [
        'greeting: "bye", changed (was "hello")',
        "port: 80, same (was 80)",
        "ratio: 3, changed (was 2.5)",
        "debug: false, same (was false)",
        'key: "abc", changed (was none)',
        "typed: bye 80 3 0 some"]


def merged_as_charmhelpers(path, current):
    """What charmhelpers' Config holds after load_previous(), and save() writes."""
    config = dict(current)
    if path.exists():
        for key, value in json.loads(path.read_text()).items():
            config.setdefault(key, value)
    return json.dumps(config)


@pytest.mark.parametrize("before", [None, "", "not json", "[1, 2]", '{"stored-by-charm": {"a": [1, "é"]}, "port": 1}'])
def test_persistent_config_is_what_charmhelpers_writes(make_unit, before):
    unit = make_unit(["options"], config=OPTIONS)
    unit.set_config(greeting="h\u00e9llo \U0001f600 \"quoted\"\n", ratio=0.1)
    if before is not None:
        unit.config_file.write_text(before, encoding="utf-8")
    is_object = (before or "").startswith("{")
    asked = dict(sorted(unit.model["config"].items()))  # the order in which Go prints them
    expected = json.dumps({**asked, **({"stored-by-charm": {"a": [1, "é"]}} if is_object else {})})

    outcome = unit.hook("config-changed")

    assert outcome.code == 0
    assert unit.config_file.read_text(encoding="ascii") == expected
    warnings = outcome.log_of("WARNING")
    assert bool(warnings) == (bool(before) and not is_object), warnings

    # and again, with what it wrote
    unit.set_config(port=81)
    expected = merged_as_charmhelpers(unit.config_file, {**asked, "port": 81})
    unit.hook("update-status").succeeded()
    assert unit.config_file.read_text(encoding="ascii") == expected


def test_failing_hook_keeps_nothing_and_its_retry_sees_the_change_again(make_unit):
    unit = make_unit(["options"], config=OPTIONS)
    unit.hook("install").succeeded()
    kept = unit.kept()

    unit.set_config(greeting="bye", debug=True)
    unit.hook("config-changed").failed(4, "handler 'options:fail_when_debugging': told to fail by the option debug")
    assert "options:notice_greeting" in unit.ran()
    assert unit.kept() == kept
    assert unit.trace()[-1] == ("config-changed", "error",
                                "handler 'options:fail_when_debugging': told to fail by the option debug")

    unit.set_config(debug=False)
    unit.hook("config-changed").succeeded()
    assert "options:notice_greeting" in unit.ran()

    unit.hook("update-status").succeeded()
    assert "options:notice_greeting" not in unit.ran()


@pytest.mark.parametrize("flag, message", [
    ("do.ask_unknown_option", "the charm has no configuration option 'greetin' (did you mean 'greeting'?)"),
    ("do.ask_wrong_type", "configuration option 'greeting' is not an integer"),
])
def test_mistaken_question_for_an_option_fails_the_hook(make_unit, flag, message):
    unit = make_unit(["options"], config=OPTIONS)
    unit.set_flags(flag)

    unit.hook("update-status").failed(4, f"handler 'options:{flag[3:]}'", message)


# Leadership


def test_leader_sets_data_and_sees_it_at_once(make_unit):
    unit = make_unit(["leader"], model={"leader": True})

    outcome = unit.hook("leader-elected").succeeded()

    assert unit.ran() == ["leader:elect", "leader:lead", "leader:notice_token", "leader:use_token"]
    assert "token: s3cret" in outcome.log_of("INFO")
    assert unit.model["leader-settings"] == {"token": "s3cret"}
    assert unit.rows()["leadership.settings.token"] == '"s3cret"'

    unit.hook("update-status").succeeded()
    assert unit.ran() == ["leader:lead", "leader:use_token"]
    assert unit.flags() == ["leadership.is_leader", "leadership.set.token"]


def test_follower_sees_a_change_once_and_a_removal(make_unit):
    unit = make_unit(["leader"], model={"leader-settings": {"token": "one"}})

    unit.hook("leader-settings-changed").succeeded()
    assert unit.ran() == ["leader:notice_token", "leader:use_token"]
    unit.hook("update-status").succeeded()
    assert unit.ran() == ["leader:use_token"]

    unit.change_model(**{"leader-settings": {}})
    unit.hook("leader-settings-changed").succeeded()
    assert unit.ran() == ["leader:notice_token"]
    assert unit.flags() == ["leadership.changed", "leadership.changed.token"]


def test_follower_cannot_set_leader_data(make_unit):
    unit = make_unit(["leader"])

    unit.hook("leader-elected").failed(4, "handler 'leader:elect': only the leader may write leadership settings")


def test_juju_without_leader_data_still_says_who_leads(make_unit):
    unit = make_unit(["leader"], model={"leader": True, "missing-tools": ["leader-get", "leader-set"]})

    unit.hook("update-status").succeeded()

    assert unit.flags() == ["leadership.is_leader"]


@pytest.mark.parametrize("carrier", ["socket", "tools"])
@pytest.mark.parametrize("flag, tool", [("do.get_token", "leader-get"), ("do.ask_for_leader", "is-leader")])
def test_handler_that_asks_a_tool_which_juju_lacks_fails(make_unit, carrier, flag, tool):
    unit = make_unit(["leader"], model={"missing-tools": [tool]})
    unit.set_flags(flag)

    unit.hook("update-status", carrier=carrier).failed(4, f"handler 'leader:{flag[3:]}': this Juju has no tool '{tool}'")


# Other automatic flags


def test_series_upgrade_is_in_progress_between_its_hooks(make_unit):
    unit = make_unit()

    unit.hook("pre-series-upgrade").succeeded()
    assert "upgrade.series.in-progress" in unit.flags()
    unit.hook("update-status").succeeded()
    assert "upgrade.series.in-progress" in unit.flags()
    unit.hook("post-series-upgrade").succeeded()
    assert unit.flags() == []


@pytest.mark.parametrize("includes, raised", [
    (None, {"config", "leadership"}),
    ([], set()),
    (["layer:basic"], {"config"}),
    (["layer:leadership", "layer:not-installed"], {"leadership"}),
])
def test_charm_gets_the_flags_of_the_layers_it_includes(make_unit, includes, raised):
    unit = make_unit(["options"], config=OPTIONS, includes=includes, model={"leader": True})

    unit.hook("update-status").succeeded()

    flags = {event[1].split(".")[0] for event in unit.events() if event[0] == "set"}
    assert flags == raised


# Restricted hooks


def test_restricted_hook_runs_its_handlers_and_asks_for_nothing(make_unit):
    unit = make_unit(["life", "order-first"], config=GREETING)
    unit.set_flags("life.started")

    outcome = unit.hook("collect-metrics").succeeded()

    assert unit.ran() == ["life:prepare", "life:collect_metrics"]
    assert {call["tool"] for call in outcome.calls} == {"juju-log", "application-version-set", "status-set"}
    assert unit.flags() == ["life.measured", "life.started"]


def test_other_restricted_hook_runs_none_of_them(make_unit):
    unit = make_unit(["order-first"])

    unit.hook("meter-status-changed").succeeded()

    assert unit.ran() == []


# What is told to Juju


@pytest.mark.parametrize("flags, expected", [
    (["activate.web"], ("active", "active by web")),
    (["activate.web", "wait.web"], ("waiting", "waiting by web")),
    (["activate.web", "wait.web", "block.apple"], ("blocked", "blocked by apple")),
    (["block.apple", "block.pear"], ("blocked", "blocked by pear")),
    (["block.web", "block.pear"], ("blocked", "blocked by web")),
    (["wait.apple", "activate.web"], ("waiting", "waiting by apple")),
    (["maintain.web"], ("maintenance", "maintained by web")),
    (["maintain.web", "activate.pear"], ("active", "active by pear")),
    ([], None),
])
def test_statuses_are_pooled(make_unit, flags, expected):
    unit = make_unit(includes=["layer:pear", "layer:apple"] if "early" in flags else ["layer:apple", "layer:pear"])
    for layer in ("apple", "pear", "web"):
        unit.add_module(f"status-{layer}", under=layer)
    unit.set_flags(*(f"do.{flag}" for flag in flags))

    outcome = unit.hook("update-status").succeeded()

    status = unit.model.get("status")
    assert status == (expected and {"status": expected[0], "message": expected[1]})
    assert len(outcome.calls_of("status-set")) == (len(flags) > 0) + ("maintain.web" in flags and len(flags) > 1)


def test_only_changes_of_ports_are_sent(make_unit):
    unit = make_unit(["ports"])

    outcome = unit.hook("install").succeeded()
    assert unit.model["ports"] == ["80/tcp", "443/tcp", "9000-9010/udp"]
    assert len(outcome.calls_of("open-port")) == 3

    outcome = unit.hook("install").succeeded()
    assert outcome.calls_of("open-port") == []

    outcome = unit.hook("config-changed").succeeded()
    assert outcome.calls_of("close-port") == [["80/tcp"]]
    assert outcome.calls_of("open-port") == [["icmp"]]
    assert unit.model["ports"] == ["icmp", "443/tcp", "9000-9010/udp"]


def test_what_is_no_port_fails_the_hook(make_unit):
    unit = make_unit(["ports"])
    unit.set_flags("do.open_nonsense")

    unit.hook("install").failed(4, "handler 'ports:open_nonsense': 'http' is not a port")

    assert "ports" not in unit.model


# Actions


@pytest.mark.parametrize("carrier", ["socket", "tools"])
def test_action_reads_parameters_and_gives_results(make_unit, carrier):
    unit = make_unit(["actions"], actions=ACTIONS)
    params = {"target": "/srv/a b", "level": 9007199254740993, "options": {"verify": True}}

    unit.action("backup", params, carrier=carrier).succeeded()

    action = unit.model["action"]
    assert action["results"] == {"target": "/srv/a b", "level": "9007199254740993", "options": {"verify": "yes"},
                                 "missing": "yes"}
    assert action["log"] == ["half way"]
    assert unit.ran() == ["actions:backup", "actions:count_backups"]
    assert unit.flags() == ["backup.counted"]


def test_action_after_a_failed_hook_runs_no_flag_handlers(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)
    unit.hook("stop").failed(4, "told to fail")

    unit.action("backup", {"target": "x", "level": 1}).succeeded()
    assert unit.ran() == ["actions:backup"]
    assert unit.flags() == ["backup.done"]

    unit.action("backup", {"target": "x", "level": 1}).succeeded()
    assert unit.ran() == ["actions:backup"]

    unit.hook("update-status").succeeded()
    assert unit.ran() == ["actions:count_backups"]


def test_action_that_marks_itself_failed_keeps_its_flags(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)

    unit.action("refuse").succeeded()

    assert unit.model["action"] == {"params": {}, "failed": True, "message": "100% no, %s"}
    assert unit.flags() == ["refused"]


def test_action_that_fails_keeps_nothing_and_tells_why(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)
    unit.hook("update-status").succeeded()
    kept = unit.kept()

    unit.action("break-down").failed(4, "handler 'actions:break_down': the disk is gone")

    assert unit.model["action"]["failed"]
    assert unit.model["action"]["message"] == "handler 'actions:break_down': the disk is gone"
    assert unit.kept() == kept


def test_failed_action_does_not_count_as_a_failed_hook(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)
    unit.action("break-down")

    unit.action("backup", {"target": "x", "level": 1}).succeeded()

    assert unit.ran() == ["actions:backup", "actions:count_backups"]


@pytest.mark.parametrize("params, message", [
    ({"target": 7, "level": 1}, "action parameter 'target' is not a string"),
    ({"target": "x", "level": "1"}, "action parameter 'level' is not an integer"),
    ({"target": "x", "level": 10 ** 20}, "action parameter 'level' is too large"),
    ({"target": "x", "level": 1, "options": {"verify": 1}}, "action parameter 'options.verify' is not a boolean"),
])
def test_parameter_of_another_type_fails_the_action(make_unit, params, message):
    unit = make_unit(["actions"], actions=ACTIONS)

    unit.action("backup", params).failed(4, f"handler 'actions:backup': {message}")

    assert unit.flags() == []


def test_result_that_juju_refuses_fails_the_action(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)

    unit.action("set-bad-key").failed(4, "handler 'actions:set_bad_key'", "Not-A-Key")


def test_action_that_nobody_handles_is_not_found(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)

    unit.action("unheard-of").failed(3, "no module of the charm handles the action 'unheard-of'")

    assert unit.model["action"]["failed"]


def test_hook_that_asks_for_a_parameter_fails(make_unit):
    unit = make_unit(["actions"], actions=ACTIONS)
    unit.set_flags("do.ask_in_a_hook")

    unit.hook("update-status").failed(4, "handler 'actions:ask_in_a_hook': not running an action")


# Modules


def said(outcome):
    return [line for line in outcome.log_of("INFO") if line.startswith(("first", "second"))]


def test_modules_start_in_order_and_finish_in_reverse(make_unit):
    unit = make_unit(["order-second", "order-first"])

    outcome = unit.hook("config-changed").succeeded()

    assert said(outcome) == [
        "first starts", "second starts", "first runs in the hook", "second runs in the hook", "first runs for a flag",
        "second runs for a flag", "second finishes", "first finishes"]
    assert unit.flags() == []


def test_hook_that_is_finished_early_is_a_good_one(make_unit):
    unit = make_unit(["order-first", "order-second"])

    outcome = unit.hook("start").succeeded()

    assert unit.ran() == ["order-first:end_early"]
    assert said(outcome) == ["first starts", "second starts", "second finishes", "first finishes"]
    assert unit.flags() == ["first.ended-early"]


def test_failed_hook_runs_no_finish_functions(make_unit):
    unit = make_unit(["order-first", "order-second"])

    outcome = unit.hook("stop").failed(4, "handler 'order-first:fail': told to fail")

    assert said(outcome) == ["first starts", "second starts"]


# Triggers


def test_triggers_of_a_handler_run_callbacks_and_end_with_the_hook(make_unit):
    unit = make_unit(["triggers"])

    outcome = unit.hook("config-changed").succeeded()
    assert [line for line in outcome.log_of("INFO") if line.startswith("callback")] == [
        "callback: set, mirrored", "callback: set, too, mirrored", "callback: cleared, not mirrored",
        "callback: set, mirrored", "callback: set, too, mirrored"]
    assert unit.flags() == ["late", "late.mirror"]

    outcome = unit.hook("update-status").succeeded()
    assert unit.flags() == ["late.mirror"]
    assert not [line for line in outcome.log_of("INFO") if line.startswith("callback")]


def test_trigger_that_waits_for_two_flags_fails_the_hook(make_unit):
    unit = make_unit(["triggers"])
    unit.set_flags("do.add_bad_trigger")

    unit.hook("install").failed(4, "handler 'triggers:add_bad_trigger': a trigger needs one of when and when_not")


# Kept values


def test_key_value_store_is_charmhelpers_own(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string"}})

    outcome = unit.hook("install").succeeded()

    expected = {"web.name": 'x "y"', "web.object": {"caf\u00e9": 0.5}}
    assert f"range: {json.dumps(expected)}" in outcome.log_of("INFO")
    rows = unit.rows()
    assert rows["web.name"] == json.dumps('x "y"')
    assert rows["web.object"] == json.dumps({"caf\u00e9": 0.5})
    assert rows["other"] == '"z"'
    assert "web.gone" not in rows


def test_key_of_the_engine_is_refused(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string"}})
    unit.set_flags("do.take_engine_key")

    unit.hook("stop").failed(4, "handler 'storage:take_engine_key': key 'reactive.states.sneaky' belongs to the engine")


def test_data_changed_is_as_pythons(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string", "default": "caf\u00e9"}})
    digest = hashlib.md5(json.dumps("caf\u00e9", sort_keys=True).encode()).hexdigest()

    def answers():
        return [line for line in unit.hook("config-changed").succeeded().log_of("INFO")
                if line.startswith(("is changed", "changed", "again"))]

    assert answers() == ["is changed: yes", "changed: yes", "again: no"]
    assert unit.rows()["reactive.data_changed.d"] == f'"{digest}"'
    assert answers() == ["is changed: no", "changed: no", "again: no"]
    unit.set_config(data="tea")
    assert answers() == ["is changed: yes", "changed: yes", "again: no"]


def test_once_handler_runs_once(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string"}})

    unit.hook("start").succeeded()
    assert unit.ran() == ["storage:once", "storage:once_as_in_python"]
    unit.hook("stop").succeeded()
    assert unit.ran() == []


def test_once_mark_of_python_is_read_and_written(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string"}})
    python_key = f"reactive.invoked.{unit.charm_dir}/reactive/web.py:12:prepare"
    unit.hook("start").succeeded()
    rows = unit.rows()
    assert rows[python_key] == rows["reactive.invoked.storage:once_as_in_python"] == "true"

    taken_over = make_unit(["storage"], config={"data": {"type": "string"}})
    taken_over.set_flags("some.flag")
    taken_over.set_row(f"reactive.invoked.{taken_over.charm_dir}/reactive/web.py:12:prepare", "true")
    taken_over.hook("start").succeeded()
    assert taken_over.ran() == ["storage:once"]


def test_marks_are_kept(make_unit):
    unit = make_unit(["storage"], config={"data": {"type": "string"}})

    assert "was invoked: no" in unit.hook("update-status").succeeded().log_of("INFO")
    assert "was invoked: yes" in unit.hook("update-status").succeeded().log_of("INFO")


# Files


def md5_json(text):
    return json.dumps(hashlib.md5(text.encode()).hexdigest())


def test_each_handler_sees_a_changed_file_once(make_unit):
    unit = make_unit(["files"])

    unit.hook("start").succeeded()
    assert unit.ran() == []

    (unit.charm_dir / "watched").write_text("one", encoding="utf-8")
    unit.hook("start").succeeded()
    assert unit.ran() == ["files:first", "files:second"]
    assert unit.rows()["reactive.files_changed.watched"] == md5_json("one")

    unit.hook("start").succeeded()
    assert unit.ran() == []

    (unit.charm_dir / "watched-too").write_text("two", encoding="utf-8")
    unit.hook("start").succeeded()
    assert unit.ran() == ["files:first"]

    (unit.charm_dir / "watched").unlink()
    unit.hook("start").succeeded()
    assert unit.ran() == ["files:first", "files:second"]


def test_change_of_a_file_waits_for_the_handlers_flags(make_unit):
    unit = make_unit(["files"])
    unit.hook("start").succeeded()
    (unit.charm_dir / "watched").write_text("one", encoding="utf-8")
    unit.hook("start").succeeded()
    assert "files:patient" not in unit.ran()

    unit.set_flags("patient.ready")
    unit.hook("start").succeeded()
    assert unit.ran() == ["files:patient"]
    unit.hook("start").succeeded()
    assert unit.ran() == []


def test_change_of_a_file_is_seen_again_by_the_retry_of_a_failed_hook(make_unit):
    unit = make_unit(["files", "order-first"])
    (unit.charm_dir / "watched").write_text("one", encoding="utf-8")

    unit.hook("stop").failed(4)
    unit.hook("start").succeeded()

    assert "files:first" in unit.ran()


def test_hashes_of_python_count(make_unit):
    unit = make_unit(["files"])
    (unit.charm_dir / "watched").write_text("one", encoding="utf-8")
    unit.set_flags("patient.ready")
    unit.set_row("reactive.files_changed.watched", md5_json("one"))

    unit.hook("start").succeeded()

    assert unit.ran() == []


def test_any_file_changed_takes_note(make_unit):
    unit = make_unit(["files"])

    def answer():
        outcome = unit.hook("update-status").succeeded()
        return [line for line in outcome.log_of("INFO") if line in ("changed", "same")]

    assert answer() == ["same"]
    (unit.charm_dir / "looked-at-too").write_text("x", encoding="utf-8")
    assert answer() == ["changed"]
    assert answer() == ["same"]


def test_what_is_no_file_cannot_be_watched(make_unit):
    unit = make_unit(["files"])
    unit.set_flags("do.watch_directory")

    unit.hook("start").failed(4, "handler 'files:watch_directory'", "reactive")


# The machine


def make_host_unit(make_unit, content="listen 80\n"):
    unit = make_unit(["host"], config={"content": {"type": "string", "default": content}})
    unit.write_tool("systemctl", 'echo "$@" >>"$JUJU_CHARM_DIR/systemctl.log"; test "$4" != broken')
    return unit


def test_file_is_written_when_it_changes_and_the_service_restarted(make_unit):
    unit = make_host_unit(make_unit)
    conf = unit.charm_dir / "web.conf"

    assert "written" in unit.hook("config-changed").succeeded().log_of("INFO")
    assert (conf.read_text(encoding="utf-8"), mode_of(conf)) == ("listen 80\n", 0o640)
    assert (unit.charm_dir / "systemctl.log").read_text(encoding="utf-8") == "restart -- web\n"

    inode = conf.stat().st_ino
    assert "as it was" in unit.hook("config-changed").succeeded().log_of("INFO")
    assert conf.stat().st_ino == inode

    conf.chmod(0o600)
    assert "written" in unit.hook("config-changed").succeeded().log_of("INFO")
    assert mode_of(conf) == 0o640
    assert unit.unfinished_files() == []


@pytest.mark.parametrize("flag, messages", [
    ("render_for_nobody_known", ["there is no user 'no-such-user'"]),
    ("render_nowhere", ["no/such/directory/web.conf: cannot be replaced"]),
    ("run_failing", ["'sh' ended with exit code 3: it is broken"]),
    ("run_forever", ["sleep", "100 ms"]),
    ("run_nothing", ["no-such-program: no such program"]),
])
def test_what_cannot_be_done_to_the_machine_says_why(make_unit, flag, messages):
    unit = make_host_unit(make_unit)
    unit.set_flags(f"do.{flag}")

    unit.hook("update-status").failed(4, f"handler 'host:{flag}'", *messages)

    assert not (unit.charm_dir / "other.conf").exists()


def test_commands_run_without_a_shell(make_unit):
    unit = make_host_unit(make_unit)
    unit.set_flags("do.run_command", "do.run_filter", "do.reload_service")

    log = unit.hook("update-status").succeeded().log_of("INFO")

    assert "output: a b|$HOME|*|" in log
    assert f"exit 7, output: input, errors: {unit.charm_dir}" in log
    assert (unit.charm_dir / "systemctl.log").read_text(encoding="utf-8") == "reload-or-restart -- --web\n"


def test_service_that_cannot_be_restarted_fails_the_hook(make_unit):
    unit = make_host_unit(make_unit)
    unit.write_tool("systemctl", "echo 'Unit web.service not found.' >&2; exit 5")

    unit.hook("config-changed").failed(4, "'systemctl' ended with exit code 5: Unit web.service not found.")


# What Juju does not say


def test_hook_name_is_enough_for_jujus_before_dispatch(make_unit):
    unit = make_unit(["life"])

    unit.hook("install", JUJU_DISPATCH_PATH=None).succeeded()

    assert "life.installed" in unit.flags()


def test_abstract_socket_is_reached(make_unit):
    unit = make_unit(["life"])
    unit.socket = f"@reactive-test-{os.getpid()}"

    outcome = unit.hook("install").succeeded()

    assert outcome.calls_of("application-version-set") == [["--", "1.0"]]
