# SPDX-License-Identifier: Apache-2.0
import ops


class Charm(ops.CharmBase):
    _stored = ops.StoredState()

    def __init__(self, *args):
        super().__init__(*args)
        self.framework.observe(self.on.update_status, self._check)

    def _check(self, _):
        self._stored.checked = True


if __name__ == "__main__":
    ops.main(Charm)
