# SPDX-License-Identifier: Apache-2.0
"""The example charms of the interface loadbalancer, with each other: those that use flags, and those that use events.

After each change it is looked at what they said in their databags, what they show, which flags are left, and what ran.
"""

import json

import pytest

# pylint: disable-next=unused-import
from relations import Hook, example, fixture_juju

STYLES = [("lb-provider", "lb-consumer"), ("lb-provider-observer", "lb-consumer-observer")]
MIXED = [("lb-provider", "lb-consumer-observer"), ("lb-provider-observer", "lb-consumer")]

SERVICE = "my-service"
REQUEST_KEY, RESPONSE_KEY = f"request_{SERVICE}", f"response_{SERVICE}"
REQUEST = {"algorithm": [], "backends": [],
           "health_checks": [{"interval": 30, "path": None, "port": 8080, "protocol": "tcp", "retries": 3}],
           "ingress_address": None, "name": SERVICE, "port_mapping": {"443": 8080}, "protocol": "https", "public": True,
           "sticky": False, "tls_cert": None, "tls_key": None, "tls_termination": False}
RESPONSE = {"address": None, "error": None, "error_fields": {}, "error_message": None}
REFUSED = {"error": "unsupported", "error_message": "not offered here"}

NO_PROVIDER = ("waiting", "no provider of load balancers")
NOT_YET = ("waiting", "no load balancer yet")
UNWANTED = ("active", "no load balancer wanted")
NO_ADDRESS = ("waiting", "no address to give")

AVAILABLE = "endpoint.lb-provider.available"
ANSWERED = "endpoint.lb-provider.response.available"
ANSWER_CHANGED = "endpoint.lb-provider.response.changed"
REQUESTS_CHANGED = "endpoint.lb-consumers.requests_changed"


class Talk:
    """The applications "lb", which provides, and "web", which asks, of two units each."""

    def __init__(self, juju, provider, consumer, address="10.1.1.1", n_units=2):
        self.juju = juju
        self.ran = {}
        self.relation = None
        juju.deploy("lb", example(provider), n_units, address=address)
        juju.deploy("web", example(consumer), n_units)
        self.settle()

    # What happens

    def settle(self):
        self.ran = self.juju.settle()

    def relate(self):
        self.relation = self.juju.relate("lb:lb-consumers", "web:lb-provider")
        self.settle()

    def configure(self, application, **config):
        self.juju.configure(application, **config)
        self.settle()

    def update_status(self):
        for unit in self.juju.units.values():
            unit.pending.append("update-status")
        self.settle()

    def lead(self, name):
        self.juju.set_leader(self.juju.units[name])
        self.settle()

    def run(self, name):
        """Runs the hooks of one unit alone."""
        unit = self.juju.units[name]
        while (hook := self.juju.next_hook(unit)) is not None:
            self.juju.run(unit, hook)

    # What came of it

    def statuses(self, application):
        return [unit.status for unit in self.juju.units_of(application)]

    def databag(self, application):
        return self.relation.databags[application]

    @property
    def request(self):
        return json.loads(self.databag("web")[REQUEST_KEY])

    @property
    def response(self):
        return json.loads(self.databag("lb")[RESPONSE_KEY])

    def log(self, name):
        """What a unit logged when it settled last."""
        return [line for hook in self.ran[name] for line in hook.log]

    def handlers(self, name):
        """The functions that a unit ran when it settled last."""
        return [line.rpartition(":")[2] for line in self.log(name) if line.startswith("Invoking reactive handler: ")]

    def flags(self, name):
        """The flags of the interface on a unit."""
        flags = {AVAILABLE, ANSWERED, ANSWER_CHANGED, REQUESTS_CHANGED}
        return flags & set(self.juju.units[name].flags())

    def tables(self):
        """What the provider's units have."""
        return [(unit.charm_dir / "load-balancers").read_text(encoding="utf-8") for unit in self.juju.units_of("lb")]

    def line(self, port=443, relation=None, name=SERVICE):
        """The line of a request in the table."""
        relation_id = (relation or self.relation).id_at("lb")
        backends = ", ".join(unit.model["private-address"] for unit in self.juju.units_of("web"))
        return f"{relation_id} {name}: port {port} to port 8080 of {backends}\n"

    def check_request(self, **fields):
        assert self.databag("web").keys() == {"version", REQUEST_KEY}
        assert {key: self.request[key] for key in self.request.keys() - {"id", "sent_hash"}} == {**REQUEST, **fields}

    def check_response(self, **fields):
        assert self.databag("lb").keys() == {"version", RESPONSE_KEY}
        assert self.response == {**RESPONSE, **fields, "received_hash": self.request["sent_hash"]}

    def check_met(self, address="10.1.1.1", **fields):
        """The request is answered, the answer is acknowledged, and all units know."""
        self.check_request(**fields)
        self.check_response(address=address)
        assert self.statuses("web") == [("active", address)] * 2
        assert self.statuses("lb") == [("active", "1 of 1 requests met")] * 2
        (port,) = self.request["port_mapping"]
        assert self.tables() == [self.line(port)] * 2
        for name in ("web/0", "web/1"):
            assert self.flags(name) == {AVAILABLE, ANSWERED}
        for name in ("lb/0", "lb/1"):
            assert self.flags(name) == set()

    def check_silence(self, application):
        assert self.databag(application) == {"version": "1"}


@pytest.fixture(name="make_talk", params=STYLES, ids="-answers-".join)
def fixture_make_talk(request, juju):
    def make(**options):
        return Talk(juju, *request.param, **options)

    return make


@pytest.fixture(name="talk")
def fixture_talk(make_talk):
    """The applications, related, with the request answered."""
    talk = make_talk()
    talk.relate()
    return talk


def check_follower_is_silent(talk, name):
    """It asks for nothing, answers nothing, and releases nothing."""
    for hook in talk.ran[name]:
        assert hook.outcome.calls_of("relation-set") == []
    assert not any("released" in line for line in talk.log(name))


# --- asking and answering --------------------------------------------------------------------------------------------


def test_without_a_relation(make_talk):
    talk = make_talk()
    assert talk.statuses("web") == [NO_PROVIDER] * 2
    assert talk.statuses("lb") == [("active", "0 of 0 requests met")] * 2
    assert talk.tables() == ["", ""]


def test_a_request_is_answered(talk):
    talk.check_met()
    assert talk.handlers("web/0").count("request_lb") == 1
    check_follower_is_silent(talk, "web/1")
    check_follower_is_silent(talk, "lb/1")
    for name in ("web/0", "web/1"):
        assert talk.handlers(name).count("use_lb") == 1
        assert talk.log(name).count("the load balancer is at 10.1.1.1") == 1


def test_versions_come_first(make_talk):
    """Neither side says more than its version before it has seen the other's."""
    talk = make_talk()
    relation = talk.relation = talk.juju.relate("lb:lb-consumers", "web:lb-provider")
    web, lb = talk.juju.units["web/0"], talk.juju.units["lb/0"]

    talk.juju.run(web, Hook("created", relation))
    talk.check_silence("web")
    assert web.status == NO_PROVIDER

    talk.juju.run(lb, Hook("created", relation))
    talk.check_silence("lb")
    assert talk.flags("lb/0") == set()

    talk.run("web/0")
    talk.check_request()
    assert web.status == NOT_YET
    talk.settle()
    talk.check_met()


def test_it_is_silent_when_nothing_changes(talk):
    talk.update_status()
    talk.check_met()
    for name, hooks in talk.ran.items():
        assert [hook.name for hook in hooks] == ["update-status"]
        assert hooks[0].outcome.calls_of("relation-set") == [], name
        reports = ["lb_consumer:report_lb"] if talk.juju.units[name].charm.directory.name == "lb-consumer" else []
        assert talk.juju.units[name].ran() == reports


def test_an_upgrade_looks_again(talk):
    """Another revision may ask for something else, and answer otherwise. This one does not."""
    for unit in talk.juju.units.values():
        unit.pending.append("upgrade-charm")
    talk.settle()
    talk.check_met()
    assert "request_lb" in talk.handlers("web/0")
    assert "answer_all" in talk.handlers("lb/0")
    for hooks in talk.ran.values():
        assert [hook.outcome.calls_of("relation-set") for hook in hooks] == [[]]


@pytest.mark.parametrize("make_talk", MIXED, ids="-answers-".join, indirect=True)
def test_one_side_does_not_know_how_the_other_is_written(make_talk):
    talk = make_talk()
    talk.relate()
    talk.check_met()
    talk.configure("lb", public=False)
    talk.check_response(**REFUSED, error_fields={"public": "internal only"})
    talk.configure("web", public=False, port=8443)
    talk.check_met(public=False, port_mapping={"8443": 8080})
    talk.configure("lb", address="")
    assert talk.statuses("web") == [NOT_YET] * 2
    talk.configure("lb", address="10.1.1.2")
    talk.check_met(address="10.1.1.2", public=False, port_mapping={"8443": 8080})
    talk.configure("web", port=0)
    talk.check_silence("lb")
    break_relation(talk)
    talk.configure("web", port=443)
    talk.relate()
    talk.check_met(address="10.1.1.2", public=False)


# --- changes ---------------------------------------------------------------------------------------------------------


def test_options_change_the_request(talk):
    before = talk.request
    talk.configure("web", port=8443, protocol="http")
    talk.check_met(port_mapping={"8443": 8080}, protocol="http")
    assert talk.request["id"] == before["id"]
    assert talk.request["sent_hash"] != before["sent_hash"]
    assert talk.handlers("lb/0").count("answer_new") == 1

    talk.configure("web", port=443, protocol="https")
    talk.check_met()
    assert talk.request == before


def test_an_answer_changes(talk):
    before = talk.request
    talk.configure("lb", address="lb.example.com")
    talk.check_met(address="lb.example.com")
    assert talk.request == before
    for name in ("web/0", "web/1"):
        assert talk.handlers(name).count("use_lb") == 1


def test_an_error_and_then_success(talk):
    talk.configure("lb", public=False)
    talk.check_response(**REFUSED, error_fields={"public": "internal only"})
    refused = "not offered here; public: internal only"
    assert talk.statuses("web") == [("blocked", f"no load balancer: {refused}")] * 2
    for name in ("web/0", "web/1"):
        assert talk.log(name).count(f"there is no load balancer: {refused}") == 1
        assert talk.flags(name) == {AVAILABLE, ANSWERED}
    assert talk.statuses("lb") == [("active", "0 of 1 requests met")] * 2
    assert talk.tables() == ["", ""]

    talk.configure("web", protocol="udp")
    talk.check_response(**REFUSED, error_fields={"protocol": "no UDP", "public": "internal only"})
    refused = "not offered here; protocol: no UDP; public: internal only"
    assert talk.statuses("web") == [("blocked", f"no load balancer: {refused}")] * 2

    talk.configure("web", protocol="tcp", public=False)
    talk.check_met(protocol="tcp", public=False)


def test_what_was_refused_is_met(talk):
    """The provider's options change; nothing is left of the error in the answer to the same request."""
    before = talk.request
    talk.configure("lb", public=False)
    talk.check_response(**REFUSED, error_fields={"public": "internal only"})
    talk.configure("lb", public=True)
    talk.check_met()
    assert talk.request == before


def test_what_was_refused_is_not_shown_of_the_next_request(make_talk):
    """As soon as the leader asks for something else, what it was told of the last request is no answer any more."""
    talk = make_talk()
    talk.relate()
    talk.configure("lb", public=False)
    talk.juju.configure("web", public=False)
    talk.run("web/0")
    assert talk.juju.units["web/0"].status == NOT_YET
    assert talk.flags("web/0") <= {AVAILABLE, ANSWERED}

    talk.settle()
    talk.check_met(public=False)


def test_an_answer_is_withdrawn(talk):
    request = talk.request
    talk.configure("lb", address="")
    talk.check_silence("lb")
    assert talk.statuses("lb") == [NO_ADDRESS] * 2
    assert talk.tables() == ["", ""]
    assert talk.statuses("web") == [NOT_YET] * 2
    for name in ("web/0", "web/1"):
        assert talk.log(name).count("the load balancer was withdrawn") == 1
        assert talk.flags(name) == {AVAILABLE}

    talk.configure("web", port=8443)
    talk.check_silence("lb")
    assert talk.request["id"] == request["id"]
    assert talk.statuses("web") == [NOT_YET] * 2

    talk.configure("lb", address="10.1.1.2")
    talk.check_met(address="10.1.1.2", port_mapping={"8443": 8080})


def test_an_answer_to_an_earlier_request_is_withdrawn_too(talk):
    """Both sides change at once: the answer that is there is not to the request that is there."""
    talk.juju.configure("lb", address="")
    talk.juju.configure("web", port=8443)
    talk.settle()
    talk.check_silence("lb")
    talk.check_request(port_mapping={"8443": 8080})
    assert talk.statuses("web") == [NOT_YET] * 2

    talk.configure("lb", address="10.1.1.2")
    talk.check_met(address="10.1.1.2", port_mapping={"8443": 8080})


def test_a_request_is_removed(talk):
    before = talk.request
    talk.configure("web", port=0)
    talk.check_silence("web")
    talk.check_silence("lb")
    assert talk.statuses("web") == [UNWANTED] * 2
    assert talk.log("lb/0").count(f"released the load balancer '{SERVICE}'") == 1
    assert not any("released" in line for line in talk.log("lb/1"))
    assert talk.statuses("lb") == [("active", "0 of 0 requests met")] * 2
    assert talk.tables() == ["", ""]
    assert talk.flags("lb/0") == talk.flags("lb/1") == set()
    assert talk.flags("web/0") == talk.flags("web/1") == {AVAILABLE}

    talk.configure("web", port=443)
    talk.check_met()
    assert talk.request["id"] != before["id"]


def test_the_units_behind_it_change(talk):
    """The request stands; but it names no backends, so the provider looks at it again."""
    before = talk.request
    talk.juju.remove_unit(talk.juju.units["web/1"])
    talk.settle()
    assert talk.request == before
    assert talk.tables() == [talk.line()] * 2
    assert talk.tables()[0].count("10.0.0.") == 1
    assert talk.statuses("web") == [("active", "10.1.1.1")]
    assert talk.flags("lb/0") == talk.flags("lb/1") == set()


@pytest.mark.parametrize("option, value", [("protocol", "gopher"), ("port", -1), ("port", 65536)])
def test_an_option_that_cannot_be_used(talk, option, value):
    """What was asked for before stands until it is right."""
    before = talk.request
    talk.configure("web", **{option: value})
    assert talk.statuses("web")[0] == ("blocked", "the option protocol or port cannot be used")
    assert talk.request == before

    talk.configure("web", **{option: REQUEST.get(option, 443)})
    talk.check_met()


# --- relations that go and come --------------------------------------------------------------------------------------


def break_relation(talk):
    talk.juju.remove_relation(talk.relation)
    talk.settle()


def test_the_relation_is_removed_and_made_again(talk):
    before = talk.request
    break_relation(talk)
    assert talk.statuses("web") == [NO_PROVIDER] * 2
    assert talk.flags("web/0") == talk.flags("web/1") == set()
    assert talk.statuses("lb") == [("active", "0 of 0 requests met")] * 2
    assert talk.tables() == ["", ""]
    assert talk.flags("lb/0") == talk.flags("lb/1") == set()
    assert talk.log("lb/0").count(f"released the load balancer '{SERVICE}'") == 1
    # There is an event for that. Flags only say that there is no provider.
    n_told = 1 if "observer" in talk.juju.units["web/0"].charm.directory.name else 0
    for name in ("web/0", "web/1"):
        assert talk.log(name).count("the load balancer was withdrawn") == n_told

    talk.relate()
    talk.check_met()
    assert talk.request["id"] != before["id"]
    for name in ("web/0", "web/1"):
        assert talk.handlers(name).count("use_lb") == 1


def test_the_relation_is_removed_while_a_request_waits(make_talk):
    """What was kept for the request does not outlive it."""
    talk = make_talk(address="")
    talk.relate()
    break_relation(talk)
    talk.update_status()
    assert "answer_new" not in talk.handlers("lb/0")

    talk.configure("lb", address="10.1.1.1")
    talk.relate()
    talk.check_met()


def test_another_consumer_has_its_own(talk):
    talk.juju.deploy("shop", talk.juju.units["web/0"].charm, 1, port=8443)
    relation = talk.juju.relate("lb:lb-consumers", "shop:lb-provider")
    talk.settle()
    talk.check_response(address="10.1.1.1")
    address = talk.juju.units["shop/0"].model["private-address"]
    line = f"{relation.id_at('lb')} {SERVICE}: port 8443 to port 8080 of {address}\n"
    assert talk.tables() == [talk.line() + line] * 2
    assert talk.juju.units["shop/0"].status == ("active", "10.1.1.1")
    assert talk.statuses("lb") == [("active", "2 of 2 requests met")] * 2

    break_relation(talk)
    assert talk.tables() == [line] * 2
    assert talk.juju.units["shop/0"].status == ("active", "10.1.1.1")
    assert talk.log("lb/0").count(f"released the load balancer '{SERVICE}'") == 1


# --- leaders ---------------------------------------------------------------------------------------------------------


def test_another_unit_leads_the_consumer(talk):
    before = talk.request
    talk.lead("web/1")
    talk.check_met()
    assert talk.request == before

    talk.configure("web", port=8443)
    talk.check_met(port_mapping={"8443": 8080})
    assert talk.request["id"] == before["id"]
    assert "request_lb" in talk.handlers("web/1")
    check_follower_is_silent(talk, "web/0")

    talk.lead("web/0")
    talk.configure("web", port=443)
    talk.check_met()
    assert talk.request == before
    check_follower_is_silent(talk, "web/1")

    break_relation(talk)
    talk.lead("web/1")
    talk.relate()
    talk.check_met()
    assert talk.request["id"] != before["id"]


def test_a_request_that_the_last_leader_did_not_make(make_talk):
    """The follower has heard of the provider when it becomes the leader."""
    talk = make_talk()
    talk.relation = talk.juju.relate("lb:lb-consumers", "web:lb-provider")
    talk.run("lb/0")
    talk.run("web/1")
    assert talk.flags("web/1") == {AVAILABLE}
    assert talk.databag("web") == {}

    talk.lead("web/1")
    talk.check_met()
    check_follower_is_silent(talk, "web/0")


def test_another_unit_leads_the_provider(talk):
    talk.lead("lb/1")
    talk.check_met()

    talk.configure("web", port=8443)
    talk.check_met(port_mapping={"8443": 8080})
    check_follower_is_silent(talk, "lb/0")

    talk.configure("lb", address="10.1.1.2")
    talk.check_met(address="10.1.1.2", port_mapping={"8443": 8080})
    check_follower_is_silent(talk, "lb/0")

    talk.configure("web", port=0)
    talk.check_silence("lb")
    assert talk.log("lb/1").count(f"released the load balancer '{SERVICE}'") == 1
    check_follower_is_silent(talk, "lb/0")

    talk.lead("lb/0")
    talk.configure("web", port=443)
    talk.check_met(address="10.1.1.2")
    check_follower_is_silent(talk, "lb/1")


def test_a_request_that_the_last_leader_left_unanswered(make_talk):
    """The follower has taken note of it when it becomes the leader."""
    talk = make_talk()
    talk.relation = talk.juju.relate("lb:lb-consumers", "web:lb-provider")
    talk.juju.run(talk.juju.units["lb/0"], Hook("created", talk.relation))
    talk.run("web/0")
    talk.run("lb/1")
    assert talk.tables() == ["", talk.line()]
    talk.check_silence("lb")
    assert talk.flags("lb/1") == set()

    talk.lead("lb/1")
    talk.check_met()
    check_follower_is_silent(talk, "lb/0")


def test_a_request_that_is_unanswered_when_leadership_comes_back(talk):
    """It has answered all that there was, then taken note of a change as a follower, and now leads again."""
    talk.lead("lb/1")
    talk.juju.configure("web", port=8443)
    talk.run("web/0")
    talk.run("lb/0")
    assert talk.flags("lb/0") == set()
    assert talk.response["received_hash"] != talk.request["sent_hash"]

    talk.lead("lb/0")
    talk.check_met(port_mapping={"8443": 8080})
    check_follower_is_silent(talk, "lb/1")


# --- requests that wait ----------------------------------------------------------------------------------------------


def test_requests_wait_for_an_address(make_talk):
    """The flags' condition waits by itself; the event is kept from hook to hook."""
    talk = make_talk(address="")
    talk.relate()
    talk.check_silence("lb")
    assert talk.statuses("lb") == [NO_ADDRESS] * 2
    assert talk.statuses("web") == [NOT_YET] * 2

    talk.update_status()
    is_observer = "observer" in talk.juju.units["lb/0"].charm.directory.name
    assert ("answer_new" in talk.handlers("lb/0")) == is_observer

    talk.configure("lb", address="10.1.1.1")
    talk.check_met()
    talk.update_status()
    assert "answer_new" not in talk.handlers("lb/0")


# --- what others write -----------------------------------------------------------------------------------------------


def odd_request(talk, **fields):
    return json.dumps({**talk.request, "id": "another", **fields})


def test_odd_requests_stay_out_of_the_table(talk):
    """Those that can be read are answered; the others are nobody's loss but theirs."""
    databag = talk.databag("web")
    odd = {
        "ports": odd_request(talk, name="ports", port_mapping={"0": 80, "443": 70000}),
        "huge": odd_request(talk, name="huge", port_mapping={"99999999999999999999": 80}),
        "none": odd_request(talk, name="none", port_mapping={}),
        "hosts": odd_request(talk, name="hosts", backends=["10.0.0.9", "10.0.0.9\nlisten 0.0.0.0"]),
        "tls": odd_request(talk, name="tls", tls_termination=True),
        "two\nlines": odd_request(talk, name="two\nlines"),
    }
    talk.relation.databags["web"] = {**databag, **{f"request_{name}": text for name, text in odd.items()},
                                     "request_junk": "{", "request_list": "[]"}
    talk.settle()

    faults = {}
    for key, text in talk.databag("lb").items():
        if key.startswith("response_"):
            faults[key.removeprefix("response_")] = set(json.loads(text)["error_fields"])
    assert faults == {SERVICE: set(), "ports": {"port_mapping"}, "huge": {"port_mapping"}, "none": {"port_mapping"},
                      "hosts": {"backends"}, "tls": {"tls_termination"}, "two\nlines": set()}
    assert talk.tables() == [talk.line() + talk.line(name="two\\nlines")] * 2
    assert talk.statuses("lb") == [("active", "2 of 7 requests met")] * 2
    assert talk.statuses("web") == [("active", "10.1.1.1")] * 2


def test_odd_answers_are_nobodys_address(talk):
    """Of what cannot be read, nothing is shown, and the reason that is no text does no harm."""
    answers = {
        "{": NOT_YET,
        json.dumps({**talk.response, "address": None}): NOT_YET,
        json.dumps({**talk.response, "address": None, "error": "provider_error", "error_message": None,
                    "error_fields": {"public": ["x"]}}): ("blocked", "no load balancer: refused; public: wrong"),
        json.dumps(talk.response): ("active", "10.1.1.1"),
    }
    for text, status in answers.items():
        talk.relation.databags["lb"] = {"version": "1", RESPONSE_KEY: text}
        talk.settle()
        assert talk.statuses("web") == [status] * 2, text
