# SPDX-License-Identifier: Apache-2.0
import logging

import ops

logger = logging.getLogger(__name__)


class Charm(ops.CharmBase):
    def __init__(self, *args):
        super().__init__(*args)
        self.framework.observe(self.on.update_status, self._ask_a_dozen)

    def _ask_a_dozen(self, _):
        self.unit.status = ops.MaintenanceStatus("checking")
        assert self.config["greeting"] == "hello"
        assert self.unit.is_leader()
        assert self.model.relations["db"] == []
        assert str(self.model.get_binding("db").network.ingress_address) == "10.0.0.7"
        self.unit.opened_ports()
        logger.info("the configuration is good")
        logger.info("the database is not related")
        logger.info("the port is open")
        self.unit.open_port("tcp", 8080)
        self.unit.set_workload_version("1.0")
        self.unit.status = ops.ActiveStatus("ready")


if __name__ == "__main__":
    ops.main(Charm)
