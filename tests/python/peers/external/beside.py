# SPDX-License-Identifier: Apache-2.0
"""What charms/beside.c is in C. The tracer is off: it asks external handlers at each change of a flag, and forgets what
they said when they were queued."""

import os

from charmhelpers.core import hookenv
from charms.reactive import clear_flag, hook, only_once, register_trigger, set_flag, trace, when, when_any, when_not

hookenv.atstart(trace.install_tracer, trace.NullTracer())
register_trigger(when="beside.seen", set_flag="trigger.set")
register_trigger(when_not="bash.token", set_flag="trigger.cleared", clear_flag="trigger.set")


def record(name):
    with open(os.path.join(os.environ["CHARM_DIR"], "record"), "a", encoding="utf-8") as lines:
        lines.write(f"{name}\n")


@hook("install")
def install():
    set_flag("beside.installed")
    record("install")


@when("bash.ready")
@when_not("beside.seen")
def see_bash():
    set_flag("beside.seen")
    record("see_bash")


@when_any("shared.a", "shared.b")
def watch():
    record("watch")


@when("beside.clear")
def clear():
    clear_flag("beside.clear")
    clear_flag("shared.queued")
    record("clear")


@when("shared.queued")
def queued():
    record("queued")


@when("beside.fail")
def fail():
    record("fail")
    raise RuntimeError("told to fail")


@when("beside.once")
@only_once
def once():
    record("once")
