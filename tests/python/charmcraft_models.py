# SPDX-License-Identifier: Apache-2.0
"""Reads the charms of the directories that are given as charmcraft does before it packs them: their charmcraft.yaml
alone, by its schema, and with the files beside it. Runs under charmcraft's Python; says nothing if all is well."""

import pathlib
import sys

import yaml
from charmcraft import preprocess
from charmcraft.models import project


def check(directory):
    data = yaml.safe_load((directory / "charmcraft.yaml").read_text(encoding="utf-8"))
    project.PlatformCharm.unmarshal(data)
    # Each of these refuses what stands in two files.
    for add in (preprocess.add_metadata, preprocess.add_config, preprocess.add_actions):
        add(directory, data)
    charm = project.PlatformCharm.unmarshal(data)
    assert charm.config and charm.actions, directory


for argument in sys.argv[1:]:
    check(pathlib.Path(argument))
