# SPDX-License-Identifier: Apache-2.0
"""The DNS server's side of the interface bind-client, as the Python charms have it."""

from charms.reactive import Endpoint, clear_flag, set_flag, when, when_any


class BindClientProvides(Endpoint):
    @when("endpoint.{endpoint_name}.joined")
    def joined(self):
        set_flag(self.expand_name("{endpoint_name}.connected"))

    @when_any("endpoint.{endpoint_name}.broken", "endpoint.{endpoint_name}.departed")
    def departed_or_broken(self):
        self.configure(None, None)
        clear_flag(self.expand_name("{endpoint_name}.connected"))

    def configure(self, ip, port):
        for relation in self.relations:
            relation.to_publish_raw["ip"] = ip
            relation.to_publish_raw["port"] = port
