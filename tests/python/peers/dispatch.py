#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
from charms.reactive import main

main()
