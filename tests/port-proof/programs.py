# SPDX-License-Identifier: Apache-2.0
"""Handler tables as flag programs: one from the decorators as charms.reactive registered them, run by charms.reactive, one
from the compiled tables, run by `reactive simulate`. What each handler writes is the same in both, so what can differ is the
tables alone.
"""

import json
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import reactive_peer  # noqa: E402

FLAG_KINDS = ("all", "any", "none", "not_all")
RESTRICTED = ("collect-metrics", "meter-status-changed")
ORDINARY = ("install", "config-changed", "start", "update-status", "upgrade-charm", "db-relation-changed", "leader-elected",
            "pre-series-upgrade", "post-series-upgrade", "stop")
SIMULATE_TIMEOUT = 300


def expand_pattern(pattern, endpoints):
    """The hooks that a pattern stands for: `{role:interface}`, then `{a,b}`. Written anew, to compare with the real one."""
    while True:
        found = re.search(r"{([^:}]+):([^}]+)}", pattern)
        if found is None:
            break
        names = [name for name, role, interface in endpoints if (role, interface) == (found[1], found[2])]
        return [hook for name in names
                for hook in expand_pattern(pattern.replace(found[0], name, 1), endpoints)]
    found = re.search(r"{([^:,}]+(?:,[^:,}]*)*)}", pattern)
    if found is None:
        return [pattern]
    return [hook for part in found[1].split(",") for hook in expand_pattern(pattern.replace(found[0], part, 1), endpoints)]


def plain_conditions(conditions, endpoints):
    """Conditions that a flag program can hold; hook patterns written out, and files left out."""
    plain = []
    for condition in conditions:
        kind = next(iter(condition))
        if kind == "file":
            continue
        if kind == "hook":
            names = condition.get("expanded")
            if names is None:
                names = sorted(hook for pattern in condition["hook"] for hook in expand_pattern(pattern, endpoints))
            plain.append({"hook": names or ["no-such-hook"]})
        else:
            plain.append({kind: condition[kind]})
    return plain


def make_program(name, rows, triggers, writes, endpoints):
    """rows: (id, conditions) in the order in which they are asked; writes: id to actions."""
    handlers = []
    for identity, conditions in rows:
        plain = plain_conditions(conditions, endpoints)
        if plain:
            handlers.append({"id": identity, "conditions": plain, "actions": writes.get(identity, [])})
    keys = ("when", "when_not", "set", "clear")
    triggers = [{key: trigger[key] for key in keys if key in trigger} for trigger in triggers]
    return {"name": name, "handlers": handlers,
            "triggers": [trigger for trigger in triggers if "set" in trigger or "clear" in trigger]}


def directed_hook(handler):
    """The hook in which a handler's own conditions hold, as far as they can."""
    hook = {"hook": "update-status", "set": [], "clear": []}
    for condition in handler["conditions"]:
        (kind, names), = condition.items()
        if kind == "hook":
            hook["hook"] = names[0]
        elif kind == "restricted":
            return {"hook": names[0]}
        elif kind in ("all", "any"):
            hook["set"] += names if kind == "all" else names[:1]
        elif kind in ("none", "not_all"):
            hook["clear"] += names if kind == "none" else names[:1]
    return {key: value for key, value in hook.items() if value}


def make_hooks(program, n_random):
    """A hook for each handler, then mixed ones; the same for the same program."""
    chance = random.Random(program["name"])
    hooks = [{"hook": "install"}, *map(directed_hook, program["handlers"])]
    conditions = [condition for handler in program["handlers"] for condition in handler["conditions"]]
    flags = sorted({name for condition in conditions for kind in FLAG_KINDS for name in condition.get(kind, [])}
                   | {trigger[key] for trigger in program["triggers"] for key in ("when", "when_not") if key in trigger})
    names = sorted({name for condition in conditions for name in condition.get("hook", [])} | set(ORDINARY))
    for _ in range(n_random if flags else 0):
        chosen = chance.sample(flags, min(len(flags), chance.randint(1, 6)))
        n_set = chance.randint(0, len(chosen))
        hook = {"hook": chance.choice(names), "set": chosen[:n_set], "clear": chosen[n_set:]}
        hooks.append({key: value for key, value in hook.items() if value})
    return [*hooks, *({"hook": name} for name in RESTRICTED)]


def read_flags(path):
    if not path.exists():
        return []
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute("select key from kv where key glob 'reactive.states.*'").fetchall()
    finally:
        connection.close()
    return sorted(key[len("reactive.states."):] for key, in rows)


def stimulus(hook):
    """What raises a hook's flags before the handlers, as configuration and relations do. It stands at the end of the source,
    so that no handler moves. charms.reactive's tracer, which tests every handler at every change of a flag, is taken out."""
    changes = [("set_flag", flag) for flag in hook.get("set", [])] + [("clear_flag", flag) for flag in hook.get("clear", [])]
    calls = ", ".join(f"{name}({flag!r})" for name, flag in changes)
    return ("from charmhelpers.core import hookenv\nfrom charms.reactive import trace\n"
            f"hookenv.atstart(lambda: [trace.install_tracer(trace.NullTracer()), {calls}])\n")


def run_python(program):
    """What charms.reactive does in each hook."""
    source, ids = reactive_peer.program_to_source(program)
    names = {identity: name for name, identity in ids.items()}
    results = []
    with tempfile.TemporaryDirectory() as directory:
        peer = reactive_peer.PythonPeer(directory)
        state = pathlib.Path(directory, "unit-state.db")
        try:
            for hook in program["hooks"]:
                result = peer.run_hook(source + stimulus(hook), hook["hook"], state)
                invocations = [[phase, iteration, names.get(identity, identity)]
                               for phase, iteration, identity in result["invocations"]]
                results.append({"outcome": result["outcome"], "invocations": invocations, "flags": read_flags(state)})
        finally:
            peer.close()
    return results


def run_own(program, reactive):
    """What libreactive does in each hook."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "program.json")
        path.write_text(json.dumps(program), encoding="utf-8")
        done = subprocess.run([reactive, "simulate", "--format", "json", path], capture_output=True, text=True,
                              check=False, timeout=SIMULATE_TIMEOUT, env={**os.environ, "LC_ALL": "C.UTF-8"})
    if not done.stdout:
        raise RuntimeError(f"reactive simulate: {done.stderr.strip()}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [{key: sorted(line[key]) if key == "flags" else line[key] for key in ("outcome", "invocations", "flags")}
            for line in lines]


def compare(expected, found):
    """Where two runs differ, in words."""
    differences = []
    for number, (python, own) in enumerate(zip(expected, found), 1):
        for key in ("outcome", "invocations", "flags"):
            if python[key] != own[key]:
                differences.append(f"flag program, hook {number}: {key}: charms.reactive {python[key]}, "
                                   f"libreactive {own[key]}")
                break
    if len(expected) != len(found):
        differences.append(f"flag program: {len(expected)} hooks under charms.reactive, {len(found)} under libreactive")
    return differences


def prove(expected, found, reactive, n_random):
    """Runs both programs over the hooks that the expected one gives rise to. Returns the differences, and how many hooks
    and invocations there were."""
    hooks = make_hooks(expected, n_random)
    python, own = run_python({**expected, "hooks": hooks}), run_own({**found, "hooks": hooks}, reactive)
    invoked = {name for result in python for _, _, name in result["invocations"]}
    return compare(python, own), {
        "hooks": len(hooks), "invocations": sum(len(result["invocations"]) for result in python),
        "invoked": len(invoked & {handler["id"] for handler in expected["handlers"]}), "handlers": len(expected["handlers"]),
    }
