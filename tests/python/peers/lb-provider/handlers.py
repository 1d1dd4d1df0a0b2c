# SPDX-License-Identifier: Apache-2.0
"""A provider of load balancers on charms.reactive."""

import pathlib

from charmhelpers.core import hookenv
from charms.reactive import clear_flag, endpoint_from_name, hook, set_flag, when, when_not


@when_not("charm.followers.read")
def let_followers_read():
    endpoint_from_name("lb-consumers").follower_perms(read=True)
    set_flag("charm.followers.read")


@hook("config-changed", "leader-elected")
def look_again():
    clear_flag("charm.requests.answered")


@when_not("charm.requests.answered")
def answer_all():
    set_flag("charm.requests.answered")
    if not hookenv.is_leader():
        return
    lb_consumers = endpoint_from_name("lb-consumers")
    for request in lb_consumers.all_requests:
        if hookenv.config("address"):
            answer(lb_consumers, request)
        else:
            lb_consumers.revoke_response(request)


@when("endpoint.lb-consumers.requests_changed")
def answer_new():
    if not hookenv.is_leader():
        return
    lb_consumers = endpoint_from_name("lb-consumers")
    for request in lb_consumers.removed_requests:
        hookenv.log("released a load balancer")
        lb_consumers.revoke_response(request)
    if hookenv.config("address"):
        for request in lb_consumers.new_requests:
            answer(lb_consumers, request)


def answer(lb_consumers, request):
    response = request.response
    response.address = response.error = response.error_message = None
    response.error_fields = {}
    if can_meet(request):
        response.address = hookenv.config("address")
    else:
        response.error = response.error_types.unsupported
        response.error_message = "not offered here"
        response.error_fields = {"public": "public only"}
    lb_consumers.send_response(request)


def can_meet(request):
    return bool(hookenv.config("address")) and request.public == hookenv.config("public")


def show():
    requests = endpoint_from_name("lb-consumers").all_requests
    met = [request for request in requests if can_meet(request)]
    lines = [f"lb-consumers:{request.relation.id} {request.name}: port {port} to port {backend} of "
             f"{', '.join(request.backends)}\n" for request in met for port, backend in request.port_mapping.items()]
    pathlib.Path("load-balancers").write_text("".join(lines), encoding="utf-8")
    if hookenv.config("address"):
        hookenv.status_set("active", f"{len(met)} of {len(requests)} requests met")
    else:
        hookenv.status_set("waiting", "no address to give")


hookenv.atexit(show)
