# SPDX-License-Identifier: Apache-2.0
from charmhelpers.core import hookenv
from charms.reactive import hook

# It would look for Juju's agent on this machine and execute it: one process less.
hookenv.juju_version = lambda: "3.6.0"


@hook("update-status")
def ask_a_dozen():
    hookenv.status_set("maintenance", "checking")
    assert hookenv.config("greeting") == "hello"
    assert hookenv.is_leader()
    assert hookenv.relation_ids("db") == []
    assert hookenv.network_get("db")["ingress-addresses"] == ["10.0.0.7"]
    hookenv.opened_ports()
    hookenv.log("the configuration is good")
    hookenv.log("the database is not related")
    hookenv.log("the port is open")
    hookenv.open_port(8080)
    hookenv.application_version_set("1.0")
    hookenv.status_set("active", "ready")
