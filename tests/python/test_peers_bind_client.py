# SPDX-License-Identifier: Apache-2.0
"""DNS servers and exporters: the interface bind-client in C, and as written for the real charms.reactive, on either side.

The charms in C are those of examples/; those in Python do the same. Where one unit of several leaves, the Python side
withdraws what the others need until its next hook (B1, B2, B7), and when the last one leaves it withdraws nothing (B3); the
tests say where that shows.
"""

import pytest

# pylint: disable-next=unused-import
from relations import PythonCharm, example, fixture_juju, fixture_worker

# Server and exporter, and the Juju that they are in: what it tells of a relation that breaks differs.
PAIRS = [("python", "c", "3.6.0"), ("c", "python", "2.9.49"), ("c", "c", "3.6.0")]
FLAG = "bind-stats.connected"
UNWATCHED = ("active", "no exporter, no statistics")
WATCHED = ("active", "statistics at 10.1.1.2 port 9054")
DEPARTED = "endpoint.bind-stats.departed"
OWN_KEYS = {"egress-subnets", "ingress-address", "private-address"}


class Conversation:
    """The applications "bind" and "exporter"."""

    def __init__(self, juju, worker, sides):
        self.juju = juju
        self.worker = worker
        self.sides = sides
        self.relation = None

    def deploy(self, application, n_units, **config):
        name = {"bind": "designate-bind", "exporter": "bind-exporter"}[application]
        is_c = self.sides[application] == "c"
        charm = example(name) if is_c else PythonCharm(name, "reactive", self.worker)
        return self.juju.deploy(application, charm, n_units, **config)

    def relate(self):
        self.relation = self.juju.relate("bind:bind-stats", "exporter:bind-stats")
        self.juju.settle()

    def update_status(self, *units):
        for unit in units:
            unit.pending.append("update-status")
        self.juju.settle()

    def check_automatic_flags(self, application, *keys):
        """Of units that were told of these keys, one time or another."""
        expected = {"joined", "changed", *(f"changed.{key}" for key in OWN_KEYS | set(keys))}
        for unit in self.juju.units_of(application):
            flags = {flag for flag in unit.flags() if flag.startswith("endpoint.")}
            assert flags == {f"endpoint.bind-stats.{flag}" for flag in expected}

    def check_server(self, unit, ip, port):
        """What a server says, which is raw text of its unit's databag and nothing else."""
        databag = self.relation.databags[unit.name]
        assert {key: databag[key] for key in databag.keys() - OWN_KEYS} == ({} if ip is None else {"ip": ip, "port": port})

    def check_exporters(self, *servers):
        """Where all exporters read. They say nothing themselves."""
        for unit in self.juju.units_of("exporter"):
            comment, *lines = (unit.charm_dir / "exporter.conf").read_text(encoding="utf-8").splitlines()
            assert comment.startswith("#")
            assert lines == list(servers)
            assert (FLAG in unit.flags()) == bool(servers)
            if servers:
                assert unit.status == ("active", f"DNS servers: {len(servers)}")
        for name, databag in self.relation.databags.items():
            if not name.startswith("bind/"):
                assert databag.keys() <= OWN_KEYS


@pytest.mark.parametrize("bind, exporter, version", PAIRS, ids=lambda value: value)
def test_conversation(juju, worker, bind, exporter, version):
    juju.version = version
    talk = Conversation(juju, worker, {"bind": bind, "exporter": exporter})
    tell(talk)
    tell_otherwise(talk)
    exporter_leaves(talk)
    server_leaves(talk)
    last_exporter_leaves(talk)
    break_and_make(talk)


def tell(talk):
    """Each server tells each exporter, and an exporter assumes what it is not told."""
    servers = talk.deploy("bind", 2, **{"stats-address": "10.1.1.1"})
    servers[1].set_config(**{"stats-port": 0})
    talk.deploy("exporter", 2)
    talk.relate()
    talk.check_server(servers[0], "10.1.1.1", "8053")
    talk.check_server(servers[1], None, None)
    talk.check_exporters("bind/0 10.1.1.1:8053", "bind/1 127.0.0.1:8053")
    assert servers[0].status == ("active", "statistics at 10.1.1.1 port 8053")
    assert servers[1].status == ("blocked", "the option stats-port cannot be used")
    assert all(FLAG in unit.flags() for unit in servers)
    talk.check_automatic_flags("bind")
    talk.check_automatic_flags("exporter", "ip", "port")


def tell_otherwise(talk):
    """All change what they say."""
    talk.juju.configure("bind", **{"stats-address": "10.1.1.2", "stats-port": 9054})
    talk.juju.settle()
    for unit in talk.juju.units_of("bind"):
        talk.check_server(unit, "10.1.1.2", "9054")
        assert unit.status == WATCHED
    talk.check_exporters("bind/0 10.1.1.2:9054", "bind/1 10.1.1.2:9054")


def exporter_leaves(talk):
    """The one that stays goes on as before."""
    servers = talk.juju.units_of("bind")
    talk.juju.remove_unit(talk.juju.units["exporter/1"])
    talk.juju.settle()
    if talk.sides["bind"] == "python":
        for unit in servers:
            talk.check_server(unit, None, None)
            assert unit.status == UNWATCHED
        talk.check_exporters("bind/0 127.0.0.1:8053", "bind/1 127.0.0.1:8053")
        talk.update_status(*servers)
    for unit in servers:
        talk.check_server(unit, "10.1.1.2", "9054")
        assert unit.status == WATCHED
        assert FLAG in unit.flags()
        assert DEPARTED not in unit.flags()
    talk.check_exporters("bind/0 10.1.1.2:9054", "bind/1 10.1.1.2:9054")


def server_leaves(talk):
    """The exporter goes on with the one that stays."""
    talk.juju.remove_unit(talk.juju.units["bind/1"])
    talk.juju.settle()
    if talk.sides["exporter"] == "python":
        talk.check_exporters()
        talk.update_status(talk.juju.units["exporter/0"])
    talk.check_exporters("bind/0 10.1.1.2:9054")
    talk.check_server(talk.juju.units["bind/0"], "10.1.1.2", "9054")


def last_exporter_leaves(talk):
    """The relation is still there, with nobody in it who could read."""
    server = talk.juju.units["bind/0"]
    talk.juju.remove_unit(talk.juju.units["exporter/0"])
    talk.juju.settle()
    assert server.status == UNWATCHED
    assert FLAG not in server.flags()
    # Nobody takes the flag back in Python (B4).
    assert (DEPARTED in server.flags()) == (talk.sides["bind"] == "python")
    talk.check_server(server, *(("10.1.1.2", "9054") if talk.sides["bind"] == "python" else (None, None)))


def break_and_make(talk):
    """What belongs to a relation goes with it, and in another all is said anew."""
    server = talk.juju.units["bind/0"]
    talk.juju.remove_relation(talk.relation)
    talk.juju.settle()
    exporter, = talk.deploy("exporter", 1)
    talk.relate()
    talk.check_exporters("bind/0 10.1.1.2:9054")
    assert server.status == WATCHED

    talk.juju.remove_relation(talk.relation)
    talk.juju.settle()
    assert server.status == UNWATCHED
    assert FLAG not in server.flags()
    talk.update_status(exporter)
    assert exporter.status == ("blocked", "bind-stats is not related to a DNS server")
    talk.check_exporters()

    talk.relate()
    talk.check_server(server, "10.1.1.2", "9054")
    talk.check_exporters("bind/0 10.1.1.2:9054")


def test_names_of_the_first_documentation_are_read(juju, worker):
    """A server that says stats-ip and stats-port is passed over by Python (B9), and understood by C."""
    server, = juju.deploy("bind", PythonCharm("designate-bind", "reactive", worker),
                          **{"stats-address": "10.1.1.1", "older-names": True})
    python, = juju.deploy("python", PythonCharm("bind-exporter", "reactive", worker))
    ours, = juju.deploy("exporter", example("bind-exporter"))
    relations = [juju.relate("bind:bind-stats", f"{application}:bind-stats") for application in ("python", "exporter")]
    juju.settle()
    for relation in relations:
        databag = relation.databags[server.name]
        assert {key: databag[key] for key in databag.keys() - OWN_KEYS} == {"stats-ip": "10.1.1.1", "stats-port": "8053"}
    assert (python.charm_dir / "exporter.conf").read_text(encoding="utf-8").endswith("\nbind/0 127.0.0.1:8053\n")
    assert (ours.charm_dir / "exporter.conf").read_text(encoding="utf-8").endswith("\nbind/0 10.1.1.1:8053\n")
