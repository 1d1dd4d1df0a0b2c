# SPDX-License-Identifier: Apache-2.0
from charms.reactive import Endpoint


class AppPeers(Endpoint):
    """The automatic flags, and nothing else."""
