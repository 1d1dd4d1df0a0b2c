# SPDX-License-Identifier: Apache-2.0
"""A DNS server on charms.reactive."""

from charmhelpers.core import hookenv
from charms.reactive import endpoint_from_name, when, when_not


@when("bind-stats.connected")
def open_channel():
    bind_stats = endpoint_from_name("bind-stats")
    address, port = hookenv.config("stats-address"), hookenv.config("stats-port")
    if hookenv.config("older-names"):
        for relation in bind_stats.relations:
            relation.to_publish_raw.update({"stats-ip": address, "stats-port": str(port)})
    elif port:
        bind_stats.configure(address, port)
        hookenv.status_set("active", f"statistics at {address} port {port}")
    else:
        bind_stats.configure(None, None)
        hookenv.status_set("blocked", "the option stats-port cannot be used")


@when_not("bind-stats.connected")
def close_channel():
    hookenv.status_set("active", "no exporter, no statistics")
