#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An application that writes to its databags what it is told, on ops and without the library."""

import json

import ops


class LBScribeCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        framework.observe(self.on.config_changed, self.write)
        for endpoint in ("lb-consumers", "lb-provider"):
            framework.observe(self.on[endpoint].relation_changed, self.write)

    def write(self, event):
        if not self.unit.is_leader():
            return
        content = json.loads(self.config["databag"])
        for relation in (relation for relations in self.model.relations.values() for relation in relations):
            databag = relation.data[self.app]
            for key in databag.keys() - content.keys():
                del databag[key]
            databag.update(content)


if __name__ == "__main__":
    ops.main(LBScribeCharm)
