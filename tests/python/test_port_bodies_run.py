# SPDX-License-Identifier: Apache-2.0
"""Bodies of handlers in C do the same as the Python ones that they were made from do under charms.reactive."""

import dataclasses
import json
import pathlib
import subprocess
import sys

from juju import Unit
from port_bodies import FLAGS, IMPORTS, body, cflags, context_of, read, to_c

PEERS = pathlib.Path(__file__).with_name("peers")

# Layers are no packages, so that what is run has none.
RUN = "".join(line for line in IMPORTS.splitlines(keepends=True) if "layer" not in line) + """
from charms.reactive import when_not

NAMES = ["x", "y", "z"]


def double(number: int):
    return number + number


def describe(kind, loud=False):
    text = "{}:{}".format(kind, hookenv.local_unit())
    if loud:
        return text.upper()
    return text


def find_first(wanted):
    for name in NAMES:
        if name == wanted:
            return name
    return None


def show(value):
    return "<" + str(value) + ">"


def leave():
    set_flag("leave.was-here")
    sys.exit(0)


class Refused(ValueError):
    pass


def refuse(name: str):
    try:
        check_call(["test", name, "=", "y"])
    except CalledProcessError:
        raise Refused("T: not {}".format(name))
    else:
        set_flag("refuse.else." + name)
    finally:
        set_flag("refuse.finally." + name)


def find_guarded(wanted):
    for name in NAMES:
        try:
            if name == wanted:
                return name
            check_call(["true"])
        finally:
            set_flag("guarded." + name)
    return None


@hook("install")
def flags():
    set_flag("flags.a")
    set_flag(PREFIX + ".b")
    clear_flag("flags.never")
    toggle_flag("flags.toggled", is_flag_set("web.b") and not is_flag_set("flags.c"))
    if all_flags_set("flags.a", "web.b") and not any_flags_set("flags.c", "flags.d"):
        set_flag("flags.seen")
    register_trigger(when="flags.go", set_flag="flags.triggered", clear_flag="flags.a")
    set_flag("flags.go")


@hook("install")
def formats():
    cfg = hookenv.config()
    log("T: {} {} {} {} {}".format(cfg["port"], cfg["host"], cfg["debug"], cfg["ratio"], cfg["flavour"]))
    log("T: %s%% of %d" % (cfg["host"], cfg["port"]), hookenv.WARNING)
    log(f"T: {cfg['host']}/{cfg['flavour']} é ??= 'q' \\"p\\"", level="DEBUG")
    log("T: " + cfg["host"] + " " + str(cfg["port"]) + " " + str(cfg["debug"]), ERROR)
    log("T: {1}-{0}-{name}".format(1, "two", name=None))


@hook("install")
def truths():
    cfg = config()
    for name in ["empty", "host"]:
        if cfg.get(name):
            set_flag("truth." + name)
    if cfg["port"]:
        set_flag("truth.port")
    if not cfg["zero"]:
        set_flag("truth.not-zero")
    if cfg["flavour"] is None:
        set_flag("truth.none")
    if cfg["flavour"] is not None or cfg["debug"] == True:
        set_flag("truth.debug")
    if 80 < cfg["port"] <= 8080 and cfg["port"] != 443:
        set_flag("truth.between")
    if cfg["host"] in ("here", "there") and cfg["flavour"] not in ("a", "b"):
        set_flag("truth.in")
    if "er" in cfg["host"]:
        set_flag("truth.part")
    for name in ["empty", "host", "flavour"]:
        if cfg.get(name) in ("", None):
            set_flag("truth.nothing." + name)
    if cfg["flavour"] in ("a", None) and cfg["port"] not in (80, 443) and unitdata.kv().get("never") in ["b", None]:
        set_flag("truth.none-of")


@hook("install")
def loops():
    joined = ""
    total = 0
    for name in NAMES:
        if name == "y":
            continue
        joined += name
        total = total + 2
        set_flag("loop." + name)
    while total > 0:
        total -= 1
        if total == 1:
            break
    log("T: {} {}".format(joined, total))


@hook("install")
def kept():
    kv = unitdata.kv()
    if kv.get("text") is None and not kv.get("map"):
        set_flag("kept.first")
    kv.set("text", "eins")
    kv.set("count", 3)
    kv.set("yes", True)
    kv.set("map", {"a": [1, "b", None], "c": {"d": 2}})
    kv.set("gone", 1)
    kv.unset("gone")
    log("T: {} {} {} {}".format(kv.get("text"), kv.get("count"), kv.get("yes"), kv.get("none")))
    kv.set("blank", "")
    log("T: {} {}[{}]".format(kv.get("map")["a"][1], kv.get("other", "default"), kv.get("blank", "default")))


@hook("install")
def changes():
    if data_changed("changes.port", config("port")):
        set_flag("changes.first")
    if data_changed("changes.port", config("port")):
        set_flag("changes.second")
    if is_flag_set("changes.none") and data_changed("changes.never", ["a"]):
        set_flag("changes.never")
    if data_changed("changes.data", {"b": [1, True], "a": None}):
        set_flag("changes.data")


@hook("install")
def functions():
    log("T: {} {} {}".format(double(21), describe("a"), describe("b", loud=True)))
    if find_first("y") and find_first("q") is None:
        set_flag("functions.found")
    found = find_first("z") or "nothing"
    log("T: " + found)


@hook("install")
def texts():
    host_name = config("host")
    words = " one  two three ".split()
    log("T: {} {} {}".format(len(words), words[1], ",".join(words)))
    log("T: " + host_name.upper() + host_name.replace("e", "3") + " x ".strip() + "/a/b/".rstrip("/"))
    for line in "first\\nsecond".splitlines():
        log("T: line " + line)
    if host_name.startswith("h") and not host_name.endswith("x"):
        set_flag("texts.ends")
    path = os.path.join("/etc", host_name, "a.conf")
    log("T: {} {} {}".format(path, os.path.basename(path), os.path.dirname(path)))


@hook("install")
def commands():
    output = check_output(["echo", "hello", config("host")]).decode("utf-8").strip()
    log("T: " + output)
    try:
        check_call(["false"])
        set_flag("commands.never")
    except CalledProcessError:
        set_flag("commands.failed")
    try:
        check_call(["/nonexistent/program"])
    except FileNotFoundError:
        set_flag("commands.missing")
    finally:
        set_flag("commands.finally")
    try:
        check_call(["true"])
    except Exception as e:
        log("T: " + str(e))
    else:
        set_flag("commands.else")
    if subprocess.call(["sh", "-c", "exit 3"]) == 3:
        set_flag("commands.three")


@hook("install")
def nested():
    try:
        for name in NAMES:
            set_flag("nested." + name)
            check_call(["test", name, "=", "x"])
        set_flag("nested.all")
    except CalledProcessError:
        set_flag("nested.broken")
    try:
        try:
            raise ValueError("inner")
        finally:
            set_flag("nested.finally")
    except Exception as e:
        log("T: caught {}".format(e))


@hook("install")
def raised():
    for name in NAMES:
        try:
            refuse(name)
        except (KeyError, CalledProcessError):
            set_flag("raised.never")
        except ValueError as e:
            log("T: caught {}".format(e))
    log("T: guarded {}".format(find_guarded("y")))
    try:
        sys.exit(3)
    except Exception:
        set_flag("raised.never-exits")
    except SystemExit:
        set_flag("raised.exits")
    try:
        assert is_flag_set("raised.never"), "no"
    except OSError:
        set_flag("raised.never-any")
    except AssertionError:
        set_flag("raised.asserted")


@hook("install")
def left():
    tried = 0
    while True:
        try:
            check_call(["test", str(tried), "=", "3"])
            break
        except CalledProcessError:
            tried += 1
            continue
    for name in NAMES:
        try:
            if name == "x":
                continue
            for other in NAMES:
                if other == name:
                    break
            check_call(["test", name, "=", "z"])
            break
        except CalledProcessError:
            set_flag("left.failed." + name)
    else:
        set_flag("left.never")
    log("T: {} {} {}".format(tried, name, other))


@hook("install")
def carried():
    for number in range(3):
        if number > 0:
            log("T: {} after {}".format(number, before))
        before = str(number)
        for name in NAMES:
            if name == before:
                found = name
            elif number == 0:
                found = "none"
        log("T: {}".format(found))


@hook("install")
def rebinding():
    word = "a"
    other = word
    for number in ["1", "2"]:
        word = word + number
    last = None
    for word2 in word.split("1"):
        last = word2
    log("T: {} {} {}".format(word, other, last))
    word = other
    log("T: " + word)


@hook("install")
def lists():
    missing = []
    for name in NAMES:
        if name != "y":
            missing.append(name)
    missing += ["more"]
    missing.extend(NAMES)
    log("T: {} of {}: {}".format(len(missing), missing[0], ", ".join(missing)))
    log("T: {}".format(missing))
    if "z" in missing and "q" not in missing:
        set_flag("lists.in")
    found = None
    for word in missing:
        if word == "more":
            found = word
    log("T: {}".format(found))


@hook("install")
def objects():
    data = {"a": config("port"), "b": ["it's", None, True, 1.5], "c": {}}
    data["d"] = config("host")
    data["a"] = "neu"
    data.update({"e": "\\n"})
    log("T: {}".format(data))
    for key in data:
        set_flag("objects." + key)
    kv = unitdata.kv()
    kv.set("objects", data)
    for item in kv.get("objects")["b"]:
        log("T: item {}".format(item))
    if "d" in data and data["d"] == "here" and not data.get("none"):
        set_flag("objects.in")
    if any([config("empty"), config("zero"), config("host")]) and not all([config("empty"), config("host")]):
        set_flag("objects.any")


@hook("install")
def ranges():
    total = 0
    for number in range(3):
        for other in range(number, 4):
            if other == 3:
                break
            total += other
        else:
            set_flag("ranges.never")
    for number in range(2, total):
        if number > 100:
            break
    else:
        log("T: {} {}".format(number, total))
    for check in [{"name": "a", "at": 1}, {"name": "b", "at": config("port")}]:
        log("T: {} {}".format(check["name"], check["at"]))
    log("T: {}".format([1, "x", None]))


@hook("install")
def choices():
    log("T: {}".format(config("empty") or "first"))
    log("T: {}".format(config("empty") or find_first("x")))
    name = config("host") or find_first("y")
    port = 1 if config("port") > 80 else 2
    kind = "big" if port == 2 else "small"
    log("T: {} {} {}".format(name, port, kind))


@hook("install")
def fallbacks():
    cfg = config()
    kv = unitdata.kv()
    kv.set("fallback", "kept")
    number = cfg["zero"] or 7
    name = cfg["empty"] or cfg["flavour"] or "third"
    nothing = cfg["empty"] or None
    something = cfg["host"] or None
    log("T: {} {} {} {} {}".format(number, name, nothing, something, cfg["port"] or 1))
    log("T: {} {}".format(kv.get("never") or kv.get("fallback"), kv.get("never") or None))
    if (cfg["zero"] or cfg["zero"]) == 0 and (cfg["flavour"] or None) is None:
        set_flag("fallbacks.none")


@hook("install")
def unset():
    cfg = config()
    log("T: {} {} {}".format(cfg["number"], cfg["wanted"], cfg.get("share")))
    log("T: {} {} {}".format(cfg["number"] or 5, show(config("wanted")), show(config("share"))))
    unitdata.kv().set("unset", {"a": cfg["number"], "b": [cfg["wanted"]]})
    if cfg["number"] is None and not cfg["wanted"] and cfg["number"] != 0 and cfg["wanted"] != False:
        set_flag("unset.none")
    if cfg["number"] == 0 or cfg["share"] == 0:
        set_flag("unset.zero")
    kv = unitdata.kv()
    kv.set("half", 2.5)
    kv.set("two", 2)
    kv.set("true", True)
    if kv.get("half") > 2 and not kv.get("half") < 2.25 and kv.get("half") != 2 and kv.get("half") == 2.5:
        set_flag("unset.half")
    if kv.get("two") == 2.0 and 1 < kv.get("two") and kv.get("true") == 1 and kv.get("never") != 0:
        set_flag("unset.two")
    if int(kv.get("half")) == 2 and int(kv.get("true")) == 1 and kv.get("half") and not kv.get("none"):
        set_flag("unset.whole")


@hook("install")
def slices():
    host_name = config("host")
    other = "é€x"
    log("T: {} {} {} {} [{}]".format(host_name[1:], host_name[:-1], host_name[1:-1], host_name[-2:], host_name[9:]))
    log("T: [{}] {} [{}] {}".format(host_name[:0], host_name[-9:2], host_name[3:1], host_name[:99]))
    log("T: {} {} {}".format(other[1:], other[:-1], other[-1:]))
    log("T: [{}] [{}] {}".format(config("empty")[1:], config("empty")[:-1], host_name[config("zero"):]))


@hook("install")
def mixed():
    log("T: {} {} {} {}".format(show("a"), show(1), show(True), show(config("flavour"))))
    log("T: {} {} {} {}".format(show(config("ratio")), show(config("empty")), show(config("zero")), show(None)))


@hook("install")
def named_members():
    data = dict(a=config("port"), b=None, c=config("empty"), d=dict(e=config("flavour")))
    data["f"] = config("zero")
    log("T: {}".format(data))
    kv = unitdata.kv()
    kv.set("padded", " A b ")
    kv.set("blank", "")
    log("T: [{}] {}".format(kv.get("padded").strip().lower(), ",".join(kv.get("padded").split())))
    log("T: [{}] {}".format(kv.get("blank").upper(), len(kv.get("blank").split())))
    if kv.get("padded").startswith(" A") and not kv.get("blank").endswith("b"):
        set_flag("named.ends")


@hook("install")
def maintained():
    hookenv.status_set("maintenance", "installing {}".format(config("host")))


@hook("config-changed")
def changed_options():
    cfg = config()
    for name in ["port", "host", "debug"]:
        if cfg.changed(name):
            set_flag("changed." + name)
    log("T: {} {}".format(cfg.previous("host"), cfg.previous("port")))
    hookenv.status_set("blocked", "no")


@hook("start")
def leaving():
    status_set("waiting", "for later")
    leave()
    set_flag("leave.never")


@hook("start")
def after_leaving():
    set_flag("leave.after")


@hook("stop")
def failing():
    set_flag("failing.never")
    if config("host"):
        raise RuntimeError("T: no")
    set_flag("failing.after")


@hook("update-status")
def variable_status():
    state = "active"
    message = "ready"
    if is_flag_set("flags.never"):
        state = "blocked"
    else:
        message = message + " on {}".format(config("port"))
    status_set(state, message)


@hook("leader-elected")
def leading():
    if not hookenv.is_leader():
        return
    if not leader_get("password"):
        leader_set({"password": "secret", "count": 1, "none": unitdata.kv().get("never-set")})
    log("T: {} {}".format(leader_get("password"), leader_get("count")))
"""
RUN_OPTIONS = {
    "port": {"type": "int", "default": 8080}, "host": {"type": "string", "default": "here"},
    "debug": {"type": "boolean", "default": True}, "ratio": {"type": "float", "default": 2.5},
    "flavour": {"type": "string"}, "number": {"type": "int"}, "wanted": {"type": "boolean"},
    "share": {"type": "float"}, "empty": {"type": "string", "default": ""}, "zero": {"type": "int", "default": 0},
}
HOOKS = ["install", "leader-elected", "config-changed", "start", "stop", "update-status"]
# What layers do that the Python charm has not: they are no packages.
OF_LAYERS = ("reactive.states.config.", "reactive.states.leadership.", "leadership.settings.")


def module_of(source):
    """A handler module in C: what `hook` decorates stands in the table."""
    options = {name: read.type_of_option(option) for name, option in RUN_OPTIONS.items()}
    context = dataclasses.replace(context_of(source), options=options)
    bodies, rows = {}, []
    for name, function in context.functions.items():
        kind = "handler" if function.decorator_list else "helper"
        bodies[name] = body.translate(function, dataclasses.replace(context, kind=kind))
        assert bodies[name].is_complete, "\n".join(bodies[name].lines)
        rows += [f'  HANDLER ({name}, ON ("{item.args[0].value}")),' for item in function.decorator_list]
    return "\n".join([to_c(bodies), "static const ReactiveHandler handlers[] = {", *rows, "};", "",
                      "REACTIVE_MODULE (HANDLERS (handlers));", ""])


class PythonUnit(Unit):
    """A unit of the charm in Python, which runs in the same surroundings."""

    def start(self, path, *arguments, **variables):
        self.start_server()
        environment = self.environment(path, self.socket)
        command = [sys.executable, PEERS / "worker.py", "--run", "reactive", "charm.py"]
        return subprocess.Popen(command, cwd=self.charm_dir, env=environment, stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def log_lines(outcome):
    """The level and text of each line that the charm logs: juju-log takes several at once, and options or none."""
    lines = []
    for arguments in outcome.calls_of("juju-log"):
        rest = [argument for argument in arguments if argument not in ("-l", "--log-level", "--")]
        level, text = rest if len(rest) == 2 else ["INFO", *rest]
        lines += [(level, line) for line in text.split("\n") if line.startswith("T: ")]
    return lines


def observe(unit):
    """What a unit does in its life, hook by hook."""
    seen = []
    for hook in HOOKS:
        if hook == "config-changed":
            unit.set_config(host="there", port=9090)
        outcome = unit.hook(hook)
        statuses = [call["args"] for call in outcome.calls if call["tool"] == "status-set"]
        rows = {key: json.loads(text) for key, text in unit.rows().items()}
        kept = {key: value for key, value in rows.items() if not key.startswith("reactive.")
                or key.startswith(("reactive.states.", "reactive.data_changed."))}
        seen.append({
            "hook": hook, "succeeded": outcome.code == 0, "rows": kept,
            "status": [argument for argument in statuses[-1] if argument != "--"] if statuses else None,
            "log": log_lines(outcome),
            "settings": unit.model["leader-settings"], "errors": outcome.stderr if outcome.code != 0 else "",
        })
    return seen


def build_module(source, directory):
    (directory / "web.c").write_text(module_of(source), encoding="utf-8")
    flags = [flag for flag in FLAGS if flag != "-fsyntax-only"]
    result = subprocess.run(["cc", *flags, "-shared", "-fPIC", *cflags(), directory / "web.c", "-o", directory / "web.so"],
                            capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, ""), result.stderr


def test_hooks_do_the_same_in_c(python_peers, reactive, tmp_path):
    """Flags, values and hashes, log, status and leader settings after each hook are as charms.reactive leaves them."""
    build_module(RUN, tmp_path)
    model = {"leader": True}
    in_python = PythonUnit(tmp_path / "python", config=RUN_OPTIONS, includes=["layer:basic"], model=model)
    in_c = Unit(tmp_path / "c", config=RUN_OPTIONS, includes=["layer:basic"], model=model)
    in_c.add_module_file(tmp_path / "web.so", "web")
    (in_python.charm_dir / "reactive" / "web.py").write_text(RUN, encoding="utf-8")
    (in_python.charm_dir / "charm.py").write_text((PEERS / "dispatch.py").read_text(encoding="utf-8"),
                                                  encoding="utf-8")
    try:
        lives = list(zip(observe(in_python), observe(in_c)))
    finally:
        in_python.stop_server()
        in_c.stop_server()

    for python, ours in lives:
        assert python["succeeded"] == (python["hook"] != "stop"), python["errors"]
        own = {key for key in ours["rows"] if key not in python["rows"]}
        assert all(key.startswith(OF_LAYERS) for key in own), own
        rows = {key: value for key, value in ours["rows"].items() if key not in own}
        assert {**ours, "errors": python["errors"], "rows": rows} == python
    # What they are compared by is there.
    assert [len(python["log"]) for python, _ in lives] == [56, 1, 1, 0, 0, 0]
    assert sum(key.startswith("reactive.states.") for key in lives[-1][0]["rows"]) == 58
