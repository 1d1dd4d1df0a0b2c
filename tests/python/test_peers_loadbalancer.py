# SPDX-License-Identifier: Apache-2.0
"""Load balancers: the real Python library and the C one ask and answer each other through the same databags.

Provider and consumer are charms of two units each: those of examples/, in C by flags or by events, and the same in Python,
on ops or on charms.reactive with ops_reactive_interface. The same conversation is held by each pair. Python with Python is
the control: C does as both of them do, but for what the library does wrong, and where that shows the test says so.
"""

import json
import re

import pytest

from conftest import has_sanitizers
# pylint: disable-next=unused-import
from relations import PythonCharm, example, fixture_juju, fixture_worker

# The library is older than the marshmallow that it runs on.
pytestmark = pytest.mark.filterwarnings("ignore:The 'missing' a")

# Provider and consumer, and the Juju that they are in: what it tells of a relation that breaks differs.
PAIRS = [("ops", "ops", "3.6.0"), ("reactive", "reactive", "2.9.49"),
         ("ops", "c-events", "3.6.0"), ("c-events", "ops", "2.9.49"),
         ("reactive", "c-flags", "2.9.49"), ("c-flags", "reactive", "3.6.0"),
         ("c-flags", "c-events", "2.9.49"), ("c-events", "c-flags", "3.6.0")]

CHARMS = {"lb": "lb-provider", "web": "lb-consumer"}
ADDRESSES = {"address": "10.1.1.1"}
HEALTH_CHECK = {"interval": 30, "path": None, "port": 8080, "protocol": "tcp", "retries": 3}
REQUEST = {"algorithm": [], "backends": [], "health_checks": [HEALTH_CHECK], "ingress_address": None, "name": "my-service",
           "port_mapping": {"443": 8080}, "protocol": "https", "public": True, "sticky": False, "tls_cert": None,
           "tls_key": None, "tls_termination": False}
RESPONSE = {"address": None, "error": None, "error_fields": {}, "error_message": None}
REFUSAL = {"error": "unsupported", "error_fields": {"public": "public only"}, "error_message": "not offered here"}

FLAGS = {"lb": ("endpoint.lb-consumers.", {"requests_changed"}),
         "web": ("endpoint.lb-provider.", {"available", "response.available", "response.changed"})}
ANSWERED = {"available", "response.available"}
NOT_YET = ("waiting", "no load balancer yet")
REFUSED = ("blocked", "no load balancer: not offered here; public: public only")
MET = ("active", "1 of 1 requests met")


class Conversation:
    """The applications "lb" and "web", and what they have said."""

    def __init__(self, juju, worker, sides):
        self.juju = juju
        self.sides = sides
        self.ran = {}
        self.relation = None
        for application, side in sides.items():
            name = CHARMS[application]
            is_c = side.startswith("c-")
            charm = example(name + side[2:].replace("flags", "").replace("events", "-observer")) if is_c \
                else PythonCharm(name, side, worker)
            juju.deploy(application, charm, 2, **{"lb": ADDRESSES, "web": {}}[application])

    def is_c(self, application):
        return self.sides[application].startswith("c-")

    def settle(self):
        self.ran = self.juju.settle()

    def relate(self):
        self.relation = self.juju.relate("lb:lb-consumers", "web:lb-provider")
        self.settle()

    def configure(self, application, **config):
        self.juju.configure(application, **config)
        self.settle()

    def set_leader(self, name):
        self.juju.set_leader(self.juju.units[name])
        self.settle()

    def update_status(self):
        """A hook in which nothing happens. The library may need one to see what it did itself in the one before."""
        for unit in self.juju.units.values():
            unit.pending.append("update-status")
        self.settle()

    def statuses(self, application):
        return [unit.status for unit in self.juju.units_of(application)]

    def notices(self, name):
        """What a consumer's unit logged about its load balancer when it settled last."""
        lines = [line for hook in self.ran[name] for line in hook.log]
        return [line for line in lines if line.startswith(("the load balancer ", "there is no load balancer: "))]

    def has_released(self, name):
        return any(line.startswith("released ") for hook in self.ran[name] for line in hook.log)

    def check_flags(self, lb, web):
        """The interface's flags of the leaders, where the charm has flags."""
        for application, expected in (("lb", lb), ("web", web)):
            leader, = (unit for unit in self.juju.units_of(application) if unit.is_leader)
            if self.sides[application] != "ops":
                assert self.flags(leader) == expected, leader.name

    def flags(self, unit):
        prefix, names = FLAGS[unit.application]
        return {flag[len(prefix):] for flag in unit.flags() if flag.startswith(prefix)} & names

    # The databags

    def text(self, application, key):
        return self.relation.databags[application][key]

    @property
    def request(self):
        return json.loads(self.text("web", "request_my-service"))

    def check_silence(self, application):
        assert self.relation.databags[application] == {"version": "1"}

    def check_request(self, **fields):
        """What the consumer wrote is the text that the library would have written, with the hash that it would have."""
        from loadbalancer_interface.schemas import v1

        assert self.relation.databags["web"].keys() == {"request_my-service", "version"}
        assert {key: self.request[key] for key in self.request.keys() - {"id", "sent_hash"}} == {**REQUEST, **fields}
        request = v1.Request.loads(self.text("web", "request_my-service"))
        assert request.dumps() == self.text("web", "request_my-service")
        sent_hash, request.sent_hash = request.sent_hash, None
        assert request.hash == sent_hash

    def check_response(self, **fields):
        """So is what the provider wrote, and it answers the request that is there."""
        from loadbalancer_interface.schemas import v1

        assert self.relation.databags["lb"].keys() == {"response_my-service", "version"}
        text = self.text("lb", "response_my-service")
        assert json.loads(text) == {**RESPONSE, **fields, "received_hash": self.request["sent_hash"]}
        assert v1.Request.loads(self.text("web", "request_my-service"), text).response.dumps() == text

    def check_tables(self, *ports):
        """Each unit of the provider, leader or not, has a load balancer of these ports before the consumer's units."""
        backends = ", ".join(unit.model["private-address"] for unit in self.juju.units_of("web"))
        relation_id = self.relation.id_at("lb")
        table = "".join(f"{relation_id} my-service: port {port} to port 8080 of {backends}\n" for port in ports)
        for unit in self.juju.units_of("lb"):
            assert (unit.charm_dir / "load-balancers").read_text(encoding="utf-8") == table


@pytest.mark.parametrize("lb, web, version", PAIRS, ids=lambda value: value)
def test_conversation(juju, worker, lb, web, version):
    if has_sanitizers() and not {lb, web} & {"c-flags", "c-events"}:
        pytest.skip("the control has nothing of ours in it")
    juju.version = version
    talk = Conversation(juju, worker, {"lb": lb, "web": web})
    ask(talk)
    ask_otherwise(talk)
    revoke(talk)
    refuse_and_accept(talk)
    remove_request(talk)
    change_leader_of_provider(talk)
    change_leader_of_consumer(talk)
    break_and_make(talk)


def ask(talk):
    """A request is sent, answered and acknowledged, once by each unit."""
    talk.relate()
    talk.check_request()
    talk.check_response(address="10.1.1.1")
    talk.check_tables(443)
    assert talk.statuses("lb") == [MET] * 2
    assert talk.statuses("web") == [("active", "10.1.1.1")] * 2
    assert talk.notices("web/0") == talk.notices("web/1") == ["the load balancer is at 10.1.1.1"]
    talk.check_flags(set(), ANSWERED)


def ask_otherwise(talk):
    """The request changes under the same id, and the answer that came before does not count for it."""
    before = talk.request
    talk.configure("web", port=8443, protocol="tcp")
    talk.check_request(port_mapping={"8443": 8080}, protocol="tcp")
    talk.check_response(address="10.1.1.1")
    talk.check_tables(8443)
    assert talk.request["id"] == before["id"]
    assert talk.request["sent_hash"] != before["sent_hash"]
    assert talk.notices("web/0") == ["the load balancer is at 10.1.1.1"]
    talk.check_flags(set(), ANSWERED)


def revoke(talk):
    """The provider takes its answer back, and later gives another to the request that is still there."""
    before = talk.request
    talk.configure("lb", address="")
    talk.check_silence("lb")
    talk.check_tables()
    assert talk.statuses("lb") == [("waiting", "no address to give")] * 2
    assert talk.statuses("web") == [NOT_YET] * 2
    assert talk.notices("web/0") == ["the load balancer was withdrawn"]
    talk.check_flags(set(), {"available"})

    talk.configure("lb", address="10.1.1.2")
    talk.check_response(address="10.1.1.2")
    assert talk.request == before
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    assert talk.notices("web/0") == talk.notices("web/1") == ["the load balancer is at 10.1.1.2"]
    talk.check_flags(set(), ANSWERED)


def refuse_and_accept(talk):
    """An answer that is an error, and then one that is not, of which nothing is left of the error."""
    talk.configure("web", public=False, port=443, protocol="https")
    talk.check_request(public=False)
    talk.check_response(**REFUSAL)
    assert talk.statuses("lb") == [("active", "0 of 1 requests met")] * 2
    assert talk.statuses("web") == [REFUSED] * 2
    assert talk.notices("web/0") == ["there is no load balancer: not offered here; public: public only"]
    talk.check_flags(set(), ANSWERED)

    talk.configure("web", public=True)
    talk.check_request()
    talk.check_response(address="10.1.1.2")
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    talk.check_flags(set(), ANSWERED)


def remove_request(talk):
    """The consumer no longer wants it. The library as a provider leaves its answer behind (L5), C takes it back. What is
    asked for after that is another request, and not met by an answer that was left."""
    before = talk.request
    talk.configure("web", port=0)
    assert talk.has_released("lb/0")
    assert not talk.has_released("lb/1")
    talk.update_status()
    talk.check_silence("web")
    talk.check_tables()
    assert talk.statuses("lb") == [("active", "0 of 0 requests met")] * 2
    assert talk.statuses("web") == [("active", "no load balancer wanted")] * 2
    if talk.is_c("lb"):
        talk.check_silence("lb")
    else:
        assert json.loads(talk.text("lb", "response_my-service"))["received_hash"] == before["sent_hash"]
    talk.check_flags(set(), {"available"})

    talk.configure("web", port=444)
    talk.check_request(port_mapping={"444": 8080})
    talk.check_response(address="10.1.1.2")
    assert talk.request["id"] != before["id"]
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    talk.check_flags(set(), ANSWERED)


def change_leader_of_provider(talk):
    """The new leader goes on. The old one has taken nothing back, and no longer answers."""
    talk.set_leader("lb/1")
    talk.check_request(port_mapping={"444": 8080})
    talk.check_response(address="10.1.1.2")

    talk.configure("web", port=445)
    talk.check_request(port_mapping={"445": 8080})
    talk.check_response(address="10.1.1.2")
    talk.check_tables(445)
    assert not talk.has_released("lb/0")
    assert talk.statuses("lb") == [MET] * 2
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    if talk.sides["lb"] != "ops":
        # A follower that reads requests can never mark one as seen with the library (L18).
        assert talk.flags(talk.juju.units["lb/0"]) == (set() if talk.is_c("lb") else {"requests_changed"})
    talk.check_flags(set(), ANSWERED)


def change_leader_of_consumer(talk):
    """The new leader finds the request where the old one left it, and changes it."""
    before = talk.request
    talk.set_leader("web/1")
    assert talk.request == before
    talk.check_response(address="10.1.1.2")

    talk.configure("web", port=446)
    talk.check_request(port_mapping={"446": 8080})
    talk.check_response(address="10.1.1.2")
    assert talk.request["id"] == before["id"]
    assert talk.notices("web/1") == ["the load balancer is at 10.1.1.2"]
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    talk.check_flags(set(), ANSWERED)


def break_and_make(talk):
    """What belongs to a relation goes with it. In another, the request is made anew."""
    before = talk.request
    talk.juju.remove_relation(talk.relation)
    talk.settle()
    if talk.is_c("lb"):
        # The library looks no earlier than in its next relation (L21).
        assert talk.has_released("lb/1")
        assert talk.statuses("lb") == [("active", "0 of 0 requests met")] * 2
        assert talk.flags(talk.juju.units["lb/1"]) == set()
    assert talk.statuses("web") == [("waiting", "no provider of load balancers")] * 2
    if talk.sides["web"] != "ops":
        assert talk.flags(talk.juju.units["web/1"]) == set()

    talk.relate()
    talk.check_request(port_mapping={"446": 8080})
    talk.check_response(address="10.1.1.2")
    talk.check_tables(446)
    assert talk.request["id"] != before["id"]
    assert talk.statuses("lb") == [MET] * 2
    assert talk.statuses("web") == [("active", "10.1.1.2")] * 2
    talk.check_flags(set(), ANSWERED)


# The older dialect, which calls itself version 1 too. A peer that says nothing else is a charm that writes what it is told.

OLDER_REQUEST = {"algorithm": [], "backend_ports": [8080], "backends": ["10.9.9.9"], "health_checks": [],
                 "ingress_address": None, "ingress_ports": [80], "public": True, "sticky": False, "tls_cert": None,
                 "tls_key": None, "tls_termination": False, "traffic_type": "tcp"}
OLDER_RESPONSE = {"address": "10.1.1.1", "message": None, "request_hash": "d" * 32, "success": True}


def canonical(value):
    return json.dumps(value, sort_keys=True)


def log_lines(ran, name):
    return [line for hook in ran[name] for line in hook.log]


def deploy_scribe(juju, worker, application, **databag):
    juju.deploy(application, PythonCharm("lb-scribe", "ops", worker), databag=json.dumps({"version": "1", **databag}))


def tell_scribe(juju, application, **databag):
    juju.configure(application, databag=json.dumps({"version": "1", **databag}))
    return juju.settle()


@pytest.mark.parametrize("charm", ["lb-provider", "lb-provider-observer"])
def test_requests_in_the_older_dialect_are_answered_in_it(juju, worker, charm):
    """What cannot be met or cannot be read is told, or named in the log, and stops nobody else."""
    refused, unreadable = {**OLDER_REQUEST, "public": False}, {**OLDER_REQUEST, "traffic_type": "gopher"}
    texts = {"request_good": canonical(OLDER_REQUEST), "request_refused": canonical(refused),
             "request_unreadable": canonical(unreadable)}
    deploy_scribe(juju, worker, "web", **texts)
    lb, = juju.deploy("lb", example(charm), address="10.1.1.1")
    relation = juju.relate("lb:lb-consumers", "web:lb-provider")
    ran = juju.settle()

    databag = relation.databags["lb"]
    assert databag.keys() == {"version", "response_good", "response_refused"}
    good, refusal = (json.loads(databag[f"response_{name}"]) for name in ("good", "refused"))
    assert canonical(good) == databag["response_good"]
    assert re.fullmatch("[0-9a-f]{32}", good.pop("request_hash"))
    assert good == {"address": "10.1.1.1", "message": None, "success": True}
    assert (refusal["address"], refusal["message"], refusal["success"]) == (None, "not offered here", False)
    assert any(line.startswith("lb-consumers:0: request_unreadable: traffic_type: ") for line in log_lines(ran, "lb/0"))
    assert lb.status == ("active", "1 of 2 requests met")
    assert (lb.charm_dir / "load-balancers").read_text(encoding="utf-8") == (
        "lb-consumers:0 good: port 80 to port 8080 of 10.9.9.9\n")

    tell_scribe(juju, "web")
    assert relation.databags["lb"] == {"version": "1"}


@pytest.mark.parametrize("charm", ["lb-consumer", "lb-consumer-observer"])
def test_responses_in_the_older_dialect_are_read(juju, worker, charm):
    """The leader believes one that answers its request, which followers cannot tell (L16). One that cannot be read is named
    in the log."""
    deploy_scribe(juju, worker, "lb", **{"response_my-service": canonical(OLDER_RESPONSE)})
    leader, follower = juju.deploy("web", example(charm), 2)
    relation = juju.relate("lb:lb-consumers", "web:lb-provider")
    juju.settle()
    assert [leader.status, follower.status] == [NOT_YET, ("active", "10.1.1.1")]

    request = json.loads(relation.databags["web"]["request_my-service"])
    answer = {**OLDER_RESPONSE, "request_hash": request["sent_hash"]}
    tell_scribe(juju, "lb", **{"response_my-service": canonical(answer)})
    assert [leader.status, follower.status] == [("active", "10.1.1.1")] * 2

    refusal = {**answer, "address": None, "message": "none left", "success": False}
    tell_scribe(juju, "lb", **{"response_my-service": canonical(refusal)})
    assert [leader.status, follower.status] == [("blocked", "no load balancer: none left")] * 2

    ran = tell_scribe(juju, "lb", **{"response_my-service": canonical({**answer, "address": None})})
    assert [leader.status, follower.status] == [NOT_YET] * 2
    for unit in (leader, follower):
        assert any("response_my-service" in line for line in log_lines(ran, unit.name))


def test_the_library_passes_over_the_older_dialect(juju, worker):
    """The control: the library names the request in its log, and goes on."""
    deploy_scribe(juju, worker, "web", request_good=canonical(OLDER_REQUEST))
    juju.deploy("lb", PythonCharm("lb-provider", "ops", worker), address="10.1.1.1")
    relation = juju.relate("lb:lb-consumers", "web:lb-provider")
    ran = juju.settle()
    assert relation.databags["lb"] == {"version": "1"}
    assert any("Failed to load request request_good" in line for line in log_lines(ran, "lb/0"))
