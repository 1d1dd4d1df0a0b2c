# SPDX-License-Identifier: Apache-2.0
"""The example charms designate-bind and bind-exporter, as they were built: what becomes of their files, their databags,
flags and statuses while applications come and go, and while others write what they should not."""

import json
import os
import pathlib

import pytest

# pylint: disable-next=unused-import
from relations import CCharm, fixture_juju

FLAG = "bind-stats.connected"
CLOSED = "# Written by the charm designate-bind.\n"
EXPORTER_HEADER = "# Written by the charm bind-exporter: unit, address and port of each DNS server.\n"
NO_EXPORTER = ("active", "no exporter, no statistics")
NO_RELATION = ("blocked", "bind-stats is not related to a DNS server")
ADDRESS_KEYS = ("egress-subnets", "ingress-address", "private-address")
LARGE = "1" * 1_000_000


def channel(address, port, *exporters):
    allowed = " ".join(f"{exporter};" for exporter in (address, *exporters))
    return f"{CLOSED}statistics-channels {{\n  inet {address} port {port} allow {{ {allowed} }};\n}};\n"


def servers(*lines):
    return EXPORTER_HEADER + "".join(f"{line}\n" for line in lines)


def read(unit):
    """The file that the charm keeps."""
    name = "stats.conf" if unit.charm.directory.name == "designate-bind" else "exporter.conf"
    return (unit.charm_dir / name).read_text(encoding="utf-8")


def warnings(ran):
    """Of the hooks of one unit."""
    return [text for hook in ran for text in hook.outcome.log_of("WARNING")]


class Charms:
    """The application "bind", and exporters."""

    def __init__(self, juju):
        examples = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent / "examples"
        self.juju = juju
        self.bind_charm = CCharm(examples / "designate-bind")
        self.exporter_charm = CCharm(examples / "bind-exporter")

    def deploy_servers(self, n_units=1, **options):
        units = self.juju.deploy("bind", self.bind_charm, n_units, **options)
        self.juju.settle()
        return units

    def deploy_exporters(self, n_units=1, application="exporter"):
        units = self.juju.deploy(application, self.exporter_charm, n_units)
        self.juju.settle()
        return units

    def relate(self, application="exporter"):
        relation = self.juju.relate("bind:bind-stats", f"{application}:bind-stats")
        self.juju.settle()
        return relation

    def write(self, relation, unit, **values):
        """As a charm of somebody else writes: an empty value takes the key away. Returns: the hooks that follow."""
        databag = {**relation.databags[unit.name], **{key.replace("_", "-"): value for key, value in values.items()}}
        relation.databags[unit.name] = {key: value for key, value in databag.items() if value}
        return self.juju.settle()


@pytest.fixture(name="charms")
def fixture_charms(juju):
    pytest.importorskip("yaml")
    return Charms(juju)


def said(relation, unit):
    return {key: value for key, value in relation.databags[unit.name].items() if key not in ADDRESS_KEYS}


def check_connected(*units):
    assert [unit.flags() for unit in units if FLAG not in unit.flags()] == []


# Their life together


def test_before_they_are_related(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()

    assert (read(bind), bind.status) == (CLOSED, NO_EXPORTER)
    assert (read(exporter), exporter.status) == (EXPORTER_HEADER, NO_RELATION)
    assert FLAG not in bind.flags() + exporter.flags()


def test_they_meet(charms):
    """Leaders and followers alike, since each server has a channel of its own."""
    first, second = charms.deploy_servers(2)
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    for bind in (first, second):
        assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.3")
        assert bind.status == ("active", "statistics at 127.0.0.1 port 8053")
        assert said(relation, bind) == {"ip": "127.0.0.1", "port": "8053"}
    assert read(exporter) == servers("bind/0 127.0.0.1:8053", "bind/1 127.0.0.1:8053")
    assert exporter.status == ("active", "DNS servers: 2")
    assert said(relation, exporter) == relation.databags["bind"] == relation.databags["exporter"] == {}
    check_connected(first, second, exporter)


def test_the_port_and_the_address_change(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    for options, address, port in (({"stats-port": 9053}, "127.0.0.1", 9053),
                                   ({"stats-address": "10.0.0.1"}, "10.0.0.1", 9053),
                                   ({"stats-address": "2001:DB8::0:1", "stats-port": 1}, "2001:db8::1", 1)):
        charms.juju.configure("bind", **options)
        charms.juju.settle()
        assert read(bind) == channel(address, port, "10.0.0.2")
        assert said(relation, bind) == {"ip": address, "port": str(port)}
        shown = f"[{address}]" if ":" in address else address
        assert read(exporter) == servers(f"bind/0 {shown}:{port}")


def test_the_own_address_is_that_in_the_network_of_the_relation(charms):
    bind, = charms.deploy_servers(**{"stats-address": ""})
    bind.change_model(**{"private-address": "10.7.0.1"})
    charms.deploy_exporters()
    relation = charms.relate()

    assert read(bind) == channel("10.7.0.1", 8053, "10.0.0.2")
    assert said(relation, bind) == {"ip": "10.7.0.1", "port": "8053"}


@pytest.mark.parametrize("option, value", [("stats-port", 0), ("stats-port", 65536), ("stats-port", -1),
                                           ("stats-address", "localhost"), ("stats-address", "127.0.0.1; }; //")])
def test_an_option_that_cannot_be_used_closes_the_channel(charms, option, value):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    good = bind.model["config"][option]
    charms.juju.configure("bind", **{option: value})
    charms.juju.settle()
    assert (read(bind), bind.status) == (CLOSED, ("blocked", f"the option {option} cannot be used"))
    assert said(relation, bind) == {}
    assert read(exporter) == servers("bind/0 127.0.0.1:8053")

    charms.juju.configure("bind", **{option: good})
    charms.juju.settle()
    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2")
    assert said(relation, bind) == {"ip": "127.0.0.1", "port": "8053"}


def test_a_second_exporter_comes_and_goes(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    other, = charms.deploy_exporters(application="other")
    relation = charms.relate()
    second_relation = charms.relate("other")

    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2", "10.0.0.3")
    assert said(second_relation, bind) == {"ip": "127.0.0.1", "port": "8053"}
    assert read(exporter) == read(other) == servers("bind/0 127.0.0.1:8053")

    charms.juju.remove_relation(second_relation)
    charms.juju.settle()
    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2")
    assert said(relation, bind) == {"ip": "127.0.0.1", "port": "8053"}
    assert (read(other), other.status) == (EXPORTER_HEADER, NO_RELATION)
    check_connected(bind, exporter)


def test_units_leave_one_by_one(charms):
    bind, = charms.deploy_servers()
    staying, leaving = charms.deploy_exporters(2)
    relation = charms.relate()
    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2", "10.0.0.3")

    charms.juju.remove_unit(leaving)
    charms.juju.settle()
    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2")
    assert said(relation, bind) == {"ip": "127.0.0.1", "port": "8053"}
    assert read(staying) == servers("bind/0 127.0.0.1:8053")
    check_connected(bind, staying)

    charms.juju.remove_unit(staying)
    charms.juju.settle()
    assert (read(bind), bind.status) == (CLOSED, NO_EXPORTER)
    assert said(relation, bind) == {}
    assert not {FLAG, "endpoint.bind-stats.joined", "endpoint.bind-stats.departed"} & set(bind.flags())


def test_servers_leave_one_by_one(charms):
    staying, leaving = charms.deploy_servers(2, **{"stats-port": 9053})
    exporter, = charms.deploy_exporters()
    charms.relate()

    charms.juju.remove_unit(leaving)
    charms.juju.settle()
    assert (read(exporter), exporter.status) == (servers("bind/0 127.0.0.1:9053"), ("active", "DNS servers: 1"))
    check_connected(staying, exporter)

    charms.juju.remove_unit(staying)
    charms.juju.settle()
    assert (read(exporter), exporter.status) == (EXPORTER_HEADER, ("waiting", "no DNS server has joined"))
    assert FLAG not in exporter.flags()


def test_the_relation_is_removed_and_made_again(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()

    for _ in range(2):
        relation = charms.relate()
        assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2")
        assert said(relation, bind) == {"ip": "127.0.0.1", "port": "8053"}
        assert read(exporter) == servers("bind/0 127.0.0.1:8053")
        check_connected(bind, exporter)

        charms.juju.remove_relation(relation)
        charms.juju.settle()
        assert (read(bind), bind.status) == (CLOSED, NO_EXPORTER)
        assert (read(exporter), exporter.status) == (EXPORTER_HEADER, NO_RELATION)
        assert FLAG not in bind.flags() + exporter.flags()


def test_the_event_comes_once_for_each_connection(charms):
    charms.deploy_servers(2)
    exporter, = charms.deploy_exporters()
    greeting = "DNS servers are there: their statistics are collected from now on"
    for _ in range(2):
        relation = charms.juju.relate("bind:bind-stats", "exporter:bind-stats")
        ran = charms.juju.settle()[exporter.name]
        assert [hook.name for hook in ran if greeting in hook.outcome.log_of("INFO")] == ["joined"]
        charms.juju.remove_relation(relation)
        charms.juju.settle()


def test_services_read_their_files_when_those_have_changed(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    for unit, service in ((bind, "named"), (exporter, "exporter")):
        unit.set_config(service=service)
        unit.write_tool("systemctl", f'echo "$@" >> "{unit.root}/systemctl"')

    def systemctl(unit):
        calls = unit.root / "systemctl"
        text = calls.read_text(encoding="utf-8") if calls.exists() else ""
        calls.unlink(missing_ok=True)
        return text

    charms.relate()
    assert systemctl(bind) == "reload-or-restart -- named\n"
    # The defaults are what the server then says.
    assert systemctl(exporter) == "restart -- exporter\n"
    for unit in (bind, exporter):
        unit.hook("update-status", JUJU_UNIT_NAME=unit.name).succeeded()
        assert systemctl(unit) == ""
    charms.juju.configure("bind", **{"stats-port": 9053})
    charms.juju.settle()
    assert systemctl(bind) == "reload-or-restart -- named\n"
    assert systemctl(exporter) == "restart -- exporter\n"


# What others write

# No address is written as it came; these are not written at all.
HOSTILE_ADDRESSES = [
    "10.0.0.9; }; };\ninclude \"/etc/passwd\";\nstatistics-channels { inet * allow { any; };", "10.0.0.9; }; //",
    "10.0.0.9\n", "\n10.0.0.9", " 10.0.0.9", "any", "none", "!10.0.0.9", "10.0.0.0/8", "10.0.0", "010.0.0.9",
    "0x0a000009", "\u0661\u0660.0.0.9", "fe80::1%eth0", "fe80::1%; };", "localhost", "\u0000", "", LARGE,
    "[\"10.0.0.9\"]", "\\", "\"",
]


def test_what_is_no_address_gets_into_no_file(charms):
    bind, = charms.deploy_servers()
    _, hostile = charms.deploy_exporters(2)
    relation = charms.relate()

    for address in HOSTILE_ADDRESSES:
        ran = charms.write(relation, hostile, ingress_address=address)
        assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2"), address[:50]
        assert warnings(ran[bind.name]) == ["exporter/1 is not let in: its ingress-address is no IP address"]
        assert bind.status == ("active", "statistics at 127.0.0.1 port 8053")


def test_each_address_is_let_in_once(charms):
    bind, = charms.deploy_servers()
    _, other = charms.deploy_exporters(2)
    relation = charms.relate()

    for address, shown in (("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:10.0.0.9", "::ffff:10.0.0.9"),
                           ("10.0.0.2", None), ("127.0.0.1", None), ("10.0.0.11", "10.0.0.11")):
        charms.write(relation, other, ingress_address=address)
        assert read(bind) == channel("127.0.0.1", 8053, *sorted(filter(None, ("10.0.0.2", shown))))


HOSTILE_SERVERS = [
    ("10.0.0.9\nbind/7 6.6.6.6:1", "53"), ("10.0.0.9", "53\nbind/7 6.6.6.6:1"), ("10.0.0.9 ", "53"),
    ("10.0.0.9", " 53"), ("10.0.0.9", "+53"), ("10.0.0.9", "-1"), ("10.0.0.9", "0"), ("10.0.0.9", "65536"),
    ("10.0.0.9", "5_3"), ("10.0.0.9", "99999999999999999999"), ("10.0.0.9", "53.0"), ("10.0.0.9", "\u0665\u0663"),
    ("dns.example", "53"), ("[::1]", "53"), (LARGE, "53"), ("10.0.0.9", LARGE), ("\u2028", "\u2028"),
]


def test_what_is_no_server_gets_into_no_file(charms):
    _, hostile = charms.deploy_servers(2)
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    for ip, port in HOSTILE_SERVERS:
        ran = charms.write(relation, hostile, ip=ip, port=port)
        assert read(exporter) == servers("bind/0 127.0.0.1:8053"), (ip[:50], port[:50])
        assert exporter.status == ("active", "DNS servers: 1")
        assert warnings(ran[exporter.name]) == ["bind/1 is passed over: what it says is no IP address and port"]


def test_only_servers_that_cannot_be_used(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    charms.write(relation, bind, ip="nowhere")
    assert exporter.status == ("waiting", "no DNS server says where its statistics are")
    assert read(exporter) == EXPORTER_HEADER
    check_connected(exporter)


def test_a_server_that_writes_the_older_names(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    relation = charms.relate()

    charms.write(relation, bind, ip="", port="", stats_ip="10.0.0.7", stats_port="7053")
    assert read(exporter) == servers("bind/0 10.0.0.7:7053")


def test_keys_and_values_of_all_kinds_stop_nobody(charms):
    bind, = charms.deploy_servers()
    exporter, = charms.deploy_exporters()
    relation = charms.relate()
    odd = {"two\nlines": "x", "; };": "; };", "k" * 5000: "x", "large": LARGE, "nested": "[" * 100_000, "nul": "a\0b",
           "number": "9" * 5000, "surrogate": json.dumps("\ud800"), "{endpoint_name}": "{endpoint_name}", " ": " "}

    for unit in (bind, exporter):
        relation.databags[unit.name] = {**relation.databags[unit.name], **odd}
    charms.juju.settle()
    assert read(bind) == channel("127.0.0.1", 8053, "10.0.0.2")
    assert read(exporter) == servers("bind/0 127.0.0.1:8053")
    check_connected(bind, exporter)
    for unit in (bind, exporter):
        assert "endpoint.bind-stats.changed" in unit.flags()
        assert [flag for flag in unit.flags() if "\n" in flag] == []
