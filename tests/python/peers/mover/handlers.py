# SPDX-License-Identifier: Apache-2.0
"""Notes what is announced, on charms.reactive. In C it is charms/mover.c, which knows the lines of the first two."""

import pathlib

import layers
from charmhelpers.core import hookenv, unitdata
from charms.reactive import (any_file_changed, clear_flag, data_changed, endpoint_from_name, hook, only_once,
                             register_trigger, set_flag, when, when_not)


@when("config.set.port")
@only_once
def first_time():
    note("first time")


@when("config.set.word")
@only_once
def first_word():
    note("first word")


def note(text):
    store = unitdata.kv()
    store.set("mover.seen", [*store.get("mover.seen", []), text])


@hook("config-changed")
def fail_if_told():
    if hookenv.config("fail"):
        raise RuntimeError("told to fail")


@when("config.changed.port")
def see_port():
    note(f"option port {hookenv.config('port')}")


@when("config.changed.word")
def write_word():
    pathlib.Path("word.conf").write_text(hookenv.config("word"), encoding="utf-8")


@when("config.set.port")
def look():
    if data_changed("port", {"port": hookenv.config("port")}):
        note(f"data port {hookenv.config('port')}")
    if any_file_changed(["word.conf"]):
        note(f"file {hookenv.config('word')}")


@when("endpoint.servers.changed.ip")
def see_servers():
    servers = endpoint_from_name("servers").get_config()
    note("servers " + " ".join(f"{unit}={server['ip']}:{server['port']}" for unit, server in servers.items()))
    clear_flag("endpoint.servers.changed.ip")


@when("stats.connected")
def tell_statistics():
    endpoint_from_name("stats").configure("10.9.9.9", hookenv.config("port"))


@when("leadership.is_leader")
@when_not("leadership.set.token")
def give_token():
    layers.leader_set("token", "first")


@when("leadership.is_leader", "config.changed.word")
def give_word():
    layers.leader_set("token", hookenv.config("word") or "none")


@when("leadership.changed.token")
def see_token():
    note(f"token {hookenv.leader_get('token')}")


@when("endpoint.lb-provider.available", "leadership.is_leader")
@when_not("mover.asked")
def ask():
    lb_provider = endpoint_from_name("lb-provider")
    request = lb_provider.get_request("web")
    request.protocol = request.protocols.tcp
    request.port_mapping = {hookenv.config("port"): 8080}
    lb_provider.send_request(request)
    set_flag("mover.asked")


@when("endpoint.lb-provider.response.changed")
def see_answer():
    lb_provider = endpoint_from_name("lb-provider")
    answer = lb_provider.get_response("web")
    note(f"answer {answer.address if answer else 'none'}")
    for response in lb_provider.new_responses + lb_provider.revoked_responses:
        lb_provider.ack_response(response)


@when("config.set.port")
def report():
    hookenv.status_set("active", f"port {hookenv.config('port')}")


register_trigger(when="config.changed.port", clear_flag="mover.asked")
