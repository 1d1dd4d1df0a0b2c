# SPDX-License-Identifier: Apache-2.0
"""The exporter's side of the interface bind-client, as the Python charms have it."""

from charms.reactive import Endpoint, clear_flag, set_flag, when, when_any


class BindClientRequires(Endpoint):
    @when("endpoint.{endpoint_name}.joined")
    def joined(self):
        set_flag(self.expand_name("{endpoint_name}.connected"))

    @when_any("endpoint.{endpoint_name}.broken", "endpoint.{endpoint_name}.departed")
    def departed_or_broken(self):
        clear_flag(self.expand_name("{endpoint_name}.connected"))

    def get_config(self):
        config = {}
        for relation in self.relations:
            for unit in relation.units:
                server = config.setdefault(unit.unit_name, {"port": "8053", "ip": "127.0.0.1"})
                ip, port = (unit.received_raw.get(key) for key in ("ip", "port"))
                if ip and port:
                    server.update(ip=ip, port=port)
        return config
