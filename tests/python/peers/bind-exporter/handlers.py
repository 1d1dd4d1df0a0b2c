# SPDX-License-Identifier: Apache-2.0
"""An exporter on charms.reactive."""

import pathlib

from charmhelpers.core import hookenv
from charms.reactive import endpoint_from_name, when, when_not


def write(config):
    lines = [f"{unit} {server['ip']}:{server['port']}\n" for unit, server in config.items()]
    pathlib.Path("exporter.conf").write_text("".join(["# What follows are DNS servers.\n", *lines]), encoding="utf-8")


@when("bind-stats.connected")
def write_servers():
    config = endpoint_from_name("bind-stats").get_config()
    write(config)
    hookenv.status_set("active", f"DNS servers: {len(config)}")


@when_not("bind-stats.connected")
def forget_servers():
    write({})
    if endpoint_from_name("bind-stats").relations:
        hookenv.status_set("waiting", "no DNS server has joined")
    else:
        hookenv.status_set("blocked", "bind-stats is not related to a DNS server")
