#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A consumer of load balancers on ops."""

import logging

import ops
from loadbalancer_interface import LBProvider

log = logging.getLogger(__name__)


class LBConsumerCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.lb_provider = LBProvider(self, "lb-provider")
        for event in (self.lb_provider.on.available, self.on.config_changed, self.on.leader_elected):
            framework.observe(event, self.send_request)
        framework.observe(self.lb_provider.on.response_changed, self.use_lb)
        framework.observe(self.on.collect_unit_status, self.report)

    def send_request(self, event):
        if not self.lb_provider.can_request:
            return
        if not self.config["port"]:
            self.lb_provider.remove_request("my-service")
            return
        request = self.lb_provider.get_request("my-service")
        request.protocol = request.protocols(self.config["protocol"])
        request.public = self.config["public"]
        request.port_mapping = {self.config["port"]: 8080}
        request.health_checks = []
        request.add_health_check(protocol="tcp", port=8080)
        self.lb_provider.send_request(request)

    def use_lb(self, event):
        response = self.lb_provider.get_response("my-service")
        if response is None:
            log.warning("the load balancer was withdrawn")
        elif response.error:
            log.error("there is no load balancer: %s", describe_error(response))
        else:
            log.info("the load balancer is at %s", response.address)
        for response in self.lb_provider.new_responses + self.lb_provider.revoked_responses:
            self.lb_provider.ack_response(response)

    def report(self, event):
        response = self.lb_provider.get_response("my-service")
        if not self.config["port"]:
            event.add_status(ops.ActiveStatus("no load balancer wanted"))
        elif not self.lb_provider.is_available:
            event.add_status(ops.WaitingStatus("no provider of load balancers"))
        elif response is None or not self.lb_provider.has_response:
            event.add_status(ops.WaitingStatus("no load balancer yet"))
        elif response.error:
            event.add_status(ops.BlockedStatus(f"no load balancer: {describe_error(response)}"))
        else:
            event.add_status(ops.ActiveStatus(response.address))


def describe_error(response):
    fields = [f"; {field}: {reason}" for field, reason in sorted(response.error_fields.items())]
    return "".join([response.error_message or "refused", *fields])


if __name__ == "__main__":
    ops.main(LBConsumerCharm)
