#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider of load balancers on ops."""

import logging
import pathlib

import ops
from loadbalancer_interface import LBConsumers

log = logging.getLogger(__name__)


class LBProviderCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.lb_consumers = LBConsumers(self, "lb-consumers")
        self.lb_consumers.follower_perms(read=True)
        framework.observe(self.lb_consumers.on.requests_changed, self.answer_new)
        for event in (self.on.config_changed, self.on.leader_elected):
            framework.observe(event, self.answer_all)
        framework.observe(self.on.collect_unit_status, self.show)

    def answer_new(self, event):
        if not self.unit.is_leader():
            return
        for request in self.lb_consumers.removed_requests:
            log.info("released a load balancer")
            self.lb_consumers.revoke_response(request)
        if self.config["address"]:
            for request in self.lb_consumers.new_requests:
                self.answer(request)

    def answer_all(self, event):
        if not self.unit.is_leader():
            return
        for request in self.lb_consumers.all_requests:
            if self.config["address"]:
                self.answer(request)
            else:
                self.lb_consumers.revoke_response(request)

    def answer(self, request):
        response = request.response
        response.address = response.error = response.error_message = None
        response.error_fields = {}
        if self.can_meet(request):
            response.address = self.config["address"]
        else:
            response.error = response.error_types.unsupported
            response.error_message = "not offered here"
            response.error_fields = {"public": "public only"}
        self.lb_consumers.send_response(request)

    def can_meet(self, request):
        return bool(self.config["address"]) and request.public == self.config["public"]

    def show(self, event):
        requests = self.lb_consumers.all_requests
        met = [request for request in requests if self.can_meet(request)]
        lines = [f"lb-consumers:{request.relation.id} {request.name}: port {port} to port {backend} of "
                 f"{', '.join(request.backends)}\n" for request in met for port, backend in request.port_mapping.items()]
        pathlib.Path("load-balancers").write_text("".join(lines), encoding="utf-8")
        if self.config["address"]:
            event.add_status(ops.ActiveStatus(f"{len(met)} of {len(requests)} requests met"))
        else:
            event.add_status(ops.WaitingStatus("no address to give"))


if __name__ == "__main__":
    ops.main(LBProviderCharm)
