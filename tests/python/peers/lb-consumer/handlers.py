# SPDX-License-Identifier: Apache-2.0
"""A consumer of load balancers on charms.reactive."""

from charmhelpers.core import hookenv
from charms.reactive import clear_flag, endpoint_from_name, hook, set_flag, when, when_not


@hook("config-changed", "leader-elected")
def ask_again():
    clear_flag("charm.request.sent")


@when_not("endpoint.lb-provider.available")
def forget_request():
    clear_flag("charm.request.sent")


@when("endpoint.lb-provider.available")
@when_not("charm.request.sent")
def send_request():
    lb_provider = endpoint_from_name("lb-provider")
    set_flag("charm.request.sent")
    if not lb_provider.can_request:
        return
    if not hookenv.config("port"):
        lb_provider.remove_request("my-service")
        return
    request = lb_provider.get_request("my-service")
    request.protocol = request.protocols(hookenv.config("protocol"))
    request.public = hookenv.config("public")
    request.port_mapping = {hookenv.config("port"): 8080}
    request.health_checks = []
    request.add_health_check(protocol="tcp", port=8080)
    lb_provider.send_request(request)


@when("endpoint.lb-provider.response.changed")
def use_lb():
    lb_provider = endpoint_from_name("lb-provider")
    response = lb_provider.get_response("my-service")
    if response is None:
        hookenv.log("the load balancer was withdrawn", "WARNING")
    elif response.error:
        hookenv.log(f"there is no load balancer: {describe_error(response)}", "ERROR")
    else:
        hookenv.log(f"the load balancer is at {response.address}", "INFO")
    for response in lb_provider.new_responses + lb_provider.revoked_responses:
        lb_provider.ack_response(response)


def report():
    lb_provider = endpoint_from_name("lb-provider")
    response = lb_provider.get_response("my-service")
    if not hookenv.config("port"):
        hookenv.status_set("active", "no load balancer wanted")
    elif not lb_provider.is_available:
        hookenv.status_set("waiting", "no provider of load balancers")
    elif response is None or not lb_provider.has_response:
        hookenv.status_set("waiting", "no load balancer yet")
    elif response.error:
        hookenv.status_set("blocked", f"no load balancer: {describe_error(response)}")
    else:
        hookenv.status_set("active", response.address)


def describe_error(response):
    fields = [f"; {field}: {reason}" for field, reason in sorted(response.error_fields.items())]
    return "".join([response.error_message or "refused", *fields])


hookenv.atexit(report)
