# SPDX-License-Identifier: Apache-2.0
"""The part of charmcraft.yaml that the manual shows, run by charmcraft's own library: it leaves what `reactive pack`
packs. charmcraft itself writes the manifest and the metadata over it."""

import os
import pathlib
import re
import shutil

import pytest
from packing import Charm, unpack
from shell import SOURCE

yaml = pytest.importorskip("yaml")
craft_parts = pytest.importorskip("craft_parts", reason="craft-parts is not there")

MESON = "project ('charm', 'c')\nsubdir ('reactive')\n"
MODULE = "shared_module ('tour', 'tour.c', name_prefix: '', dependencies: dependency ('reactive'))\n"


def part_of_the_manual():
    page = (SOURCE / "docs" / "man" / "reactive-pack.1.rst").read_text(encoding="utf-8")
    (block,) = re.findall(r"charm's part.*::\n\n((?:    .*\n)+)", page)
    return yaml.safe_load(block)


def run_parts(project, parts, monkeypatch):
    """As `charmcraft pack` does, but on a machine that has no packages to install. Returns the directory to be packed."""
    for part in parts["parts"].values():
        del part["build-packages"]
    monkeypatch.setattr(craft_parts.packages, "Repository", craft_parts.packages.base.DummyRepository)
    monkeypatch.chdir(project)
    manager = craft_parts.LifecycleManager(parts, application_name="test", cache_dir=project.parent / "cache",
                                           work_dir=project, ignore_local_sources=["charmcraft.yaml"])
    with manager.action_executor() as executor:
        executor.execute(manager.plan(craft_parts.Step.PRIME))
    return pathlib.Path(manager.project_info.dirs.prime_dir)


def files_of(directory):
    return {str(path.relative_to(directory)): (path.read_bytes(), path.stat().st_mode & 0o777)
            for path in directory.rglob("*") if path.is_file()}


def test_a_part_of_charmcraft_makes_what_pack_makes(tmp_path, installed, reactive, monkeypatch):
    charm = Charm("tour", tmp_path / "charm", installed, reactive)
    (charm.directory / "metadata.yaml").unlink()
    parts = part_of_the_manual()
    charm.write("charmcraft.yaml", yaml.safe_dump({"name": "tour", "summary": "s", "description": "d", **parts}))
    charm.write("meson.build", MESON)
    charm.write("reactive/meson.build", MODULE)
    shutil.rmtree(charm.build)
    for name in ("PATH", "PKG_CONFIG_PATH", "LD_LIBRARY_PATH", "REACTIVE_PREFIX"):
        monkeypatch.setenv(name, installed[name])

    primed = files_of(run_parts(charm.directory, parts, monkeypatch))
    told = charm.archive("--build-dir", charm.directory / "parts" / "charm" / "build" / "craft-build")
    packed = files_of(unpack(charm.path_of(told), tmp_path / "unit"))
    assert "reactive/tour.so" in packed
    assert primed == packed
    assert os.access(charm.directory / "prime" / "dispatch", os.X_OK)
