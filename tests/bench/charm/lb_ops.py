# SPDX-License-Identifier: Apache-2.0
"""Both sides of the loadbalancer interface in ops: whether anything changed, which is what flags are made of.

In its first hook it takes everything for handled, by its own state: answering and acknowledging one by one takes the
Python library time that grows with the square of their number.
"""

import ops
from loadbalancer_interface import LBConsumers, LBProvider


class LoadBalancerCharm(ops.CharmBase):
    def __init__(self, *args):
        super().__init__(*args)
        if "lb-consumers" in self.meta.relations:
            self.interface = LBConsumers(self, "lb-consumers")
        else:
            self.interface = LBProvider(self, "lb-provider")
        self.framework.observe(self.on.start, self.take_for_handled)
        self.framework.observe(self.on.update_status, self.look)

    def take_for_handled(self, _):
        if isinstance(self.interface, LBConsumers):
            known = {request.id: request.hash for request in self.interface.all_requests}
            self.interface.state.known_requests = known
        else:
            hashes = {response.name: response.hash for response in self.interface.complete_responses}
            self.interface.state.response_hashes = hashes

    def look(self, _):
        if self.interface.is_changed:
            raise RuntimeError("something changed")


if __name__ == "__main__":
    ops.main.main(LoadBalancerCharm)
