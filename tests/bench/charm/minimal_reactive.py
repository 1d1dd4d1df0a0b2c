# SPDX-License-Identifier: Apache-2.0
from charms.reactive import hook, set_flag


@hook("update-status")
def check():
    set_flag("bench.checked")
