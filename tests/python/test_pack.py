# SPDX-License-Identifier: Apache-2.0
"""`reactive pack`: what stands in the archive, that it is always the same, and what is refused."""

import json
import os
import pathlib
import re
import shlex
import signal
import stat
import subprocess
import zipfile

import pytest
from juju import fixture_strace
from packing import Charm, elf_files, is_elf, unpack, without_paths
from shell import run

yaml = pytest.importorskip("yaml")

# What comes with the C library, and is not packed.
OF_LIBC = re.compile(r"(lib(c|m|dl|pthread|rt|resolv|gcc_s)\.so\.\d+|ld-linux.*|linux-vdso.*)")


@pytest.fixture
def make_charm(tmp_path, installed, reactive):
    return lambda example="tour", name="charm": Charm(example, tmp_path / name, installed, reactive)


@pytest.fixture(scope="module")
def packed(tmp_path_factory, installed, reactive):
    """A charm with an interface, packed and unpacked: what was told, the archive, and the directory."""
    directory = tmp_path_factory.mktemp("packed")
    charm = Charm("lb-consumer", directory / "charm", installed, reactive)
    told = charm.archive()
    return told, charm.path_of(told), unpack(charm.path_of(told), directory / "unit")


# --- what stands in it -----------------------------------------------------------------------------------------------


def names_of(told, prefix=""):
    return [file["name"] for file in told["files"] if file["name"].startswith(prefix)]


def test_the_archive_has_what_the_charm_is_made_of(packed):
    told, archive, _ = packed
    assert [name for name in names_of(told) if not name.startswith(("bin/", "lib/"))] == [
        "README.md", "config.yaml", "dispatch", "interfaces/libreactive-loadbalancer.so.0", "layer.yaml", "manifest.yaml",
        "metadata.yaml", "reactive/lb_consumer.so"]
    assert names_of(told, "bin/") == ["bin/charms.reactive", "bin/charms.reactive.sh", "bin/reactive"]
    assert {"lib/libreactive.so.0", "lib/libglib-2.0.so.0", "lib/libyaml-0.so.2", "lib/libsqlite3.so.0"} <= set(
        names_of(told, "lib/"))
    # The interface's library stands once.
    assert "lib/libreactive-loadbalancer.so.0" not in names_of(told)
    assert archive.name == f"lb-consumer_ubuntu-{told['base'].partition('@')[2]}-{told['architecture']}.charm"


def test_entries_are_sorted_plain_files_with_two_modes(packed):
    told, archive, _ = packed
    with zipfile.ZipFile(archive) as source:
        entries = source.infolist()
    assert [entry.filename for entry in entries] == sorted(names_of(told)) == names_of(told)
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o755, stat.S_IFREG | 0o644}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    executable = {entry.filename for entry in entries if entry.external_attr >> 16 & 0o100}
    assert executable == {file["name"] for file in told["files"] if file["executable"]}
    assert executable == {"bin/charms.reactive", "bin/charms.reactive.sh", "bin/reactive", "dispatch"}
    assert {file["name"]: file["bytes"] for file in told["files"]} == {
        entry.filename: entry.file_size for entry in entries}


def test_the_manifest_tells_base_and_architecture(packed):
    told, _, directory = packed
    manifest = yaml.safe_load((directory / "manifest.yaml").read_text(encoding="utf-8"))
    name, _, channel = told["base"].partition("@")
    assert manifest == {"bases": [{"name": name, "channel": channel, "architectures": [told["architecture"]]}]}


def test_every_library_is_found_in_the_archive(packed, installed):
    """By the dynamic linker itself, for dispatch; what modules need beyond has to be there under its name."""
    _, _, directory = packed
    for program in ("dispatch", "bin/reactive", "bin/charms.reactive"):
        result = run("ldd", directory / program, env=without_paths(installed))
        found = dict(re.findall(r"^\t(\S+) => (\S+) \(", result.stdout, re.MULTILINE))
        assert "not found" not in result.stdout
        for name, path in found.items():
            assert OF_LIBC.fullmatch(name) or pathlib.Path(path).resolve().parent == directory / "lib", name
        assert pathlib.Path(found["libreactive.so.0"]).resolve() == directory / "lib" / "libreactive.so.0"
    there = {path.name for place in ("lib", "interfaces") for path in (directory / place).iterdir()}
    for path in elf_files(directory):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", path).stdout)
        assert [name for name in needed if name not in there and not OF_LIBC.fullmatch(name)] == [], path


def test_nobody_looks_for_libraries_elsewhere(packed):
    _, _, directory = packed
    for path in elf_files(directory):
        paths = re.findall(r"\((RPATH|RUNPATH)\).*\[(.*)\]", run("readelf", "-d", path).stdout)
        is_program = path.name == "dispatch" or path.parent.name == "bin"
        assert paths == ([("RPATH", "$ORIGIN/lib:$ORIGIN/../lib")] if is_program else []), path


def libc_minor(path):
    """The newest version of the C library that a file needs, by another reader."""
    versions = re.findall(r"Name: GLIBC_2\.(\d+)", run("readelf", "-V", path).stdout)
    return max(map(int, versions), default=0)


def find_oldest_base(minor):
    bases = {"ubuntu@18.04": 27, "ubuntu@20.04": 31, "ubuntu@22.04": 35, "ubuntu@24.04": 39, "ubuntu@26.04": 43}
    return next(base for base, has in bases.items() if has >= minor)


def test_the_base_is_the_oldest_that_is_new_enough(packed):
    told, _, directory = packed
    newest = max(map(libc_minor, elf_files(directory)))
    assert told["base"] == find_oldest_base(newest)


def test_licences_of_libraries_are_with_them(packed, source):
    told, _, directory = packed
    licences = directory / "lib" / "licenses"
    assert (licences / "libreactive" / "LICENSE").read_bytes() == (source / "LICENSE").read_bytes()
    if not list(pathlib.Path("/usr/share/doc").glob("libglib2.0-0*/copyright")):
        pytest.skip("GLib comes from no package that has its licence")
    (name,) = [name for name in names_of(told, "lib/licenses/") if "glib" in name]
    assert "LGPL" in (directory / name).read_text(encoding="utf-8")


def test_files_of_the_charm_are_packed(make_charm, tmp_path):
    charm = make_charm()
    charm.write("templates/app.conf", "a")
    charm.write("files/deep/er/x", "b")
    charm.write("actions/old", "#!/bin/sh\n", mode=0o700)
    charm.write("hooks/install", "#!/bin/sh\n", mode=0o755)
    charm.write("LICENSE-2.0", "free")
    charm.write("icon.svg", "<svg/>")
    charm.write("reactive/handlers.sh", "#!/bin/sh\n", mode=0o755)
    charm.write("reactive/common.txt", "read by it")
    charm.write("version", "1.2\n")
    charm.write("data/more", "c")
    charm.write("extra", "d")
    # Not of the charm:
    charm.write("Makefile", "all:")
    charm.write("files/.git/config", "e")
    charm.write("tests/test.c", "int x;")
    charm.write("scenarios/a.yaml", "steps: []")
    (charm.directory / "files" / "link").symlink_to("deep/er/x")
    (charm.directory / "files" / "empty").mkdir()
    # What belongs to it anyway may be named, too.
    told = charm.archive("--include=data", "--include", "./extra", "--include=files", "--unpacked=unit")
    directory = tmp_path / "unit"
    assert [name for name in names_of(told) if not name.startswith(("bin/", "lib/"))] == [
        "LICENSE-2.0", "README.md", "actions.yaml", "actions/old", "config.yaml", "data/more", "dispatch", "extra",
        "files/deep/er/x", "files/link", "hooks/install", "icon.svg", "manifest.yaml", "metadata.yaml",
        "reactive/common.txt", "reactive/handlers.sh", "reactive/tour.so", "templates/app.conf", "version"]
    assert not (directory / "files" / "link").is_symlink()
    assert (directory / "files" / "link").read_text(encoding="utf-8") == "b"
    executable = [file["name"] for file in told["files"] if file["executable"] and not file["name"].startswith("bin/")]
    assert executable == ["actions/old", "dispatch", "hooks/install", "reactive/handlers.sh"]


def test_what_was_built_stands_beside_what_was_written(make_charm, tmp_path):
    charm = make_charm()
    charm.write("actions/greet", "#!/bin/sh\n", mode=0o755)
    charm.write("build/actions/greet", "built")
    charm.write("build/actions/measure", "built", mode=0o755)
    charm.write("build/actions/measure.p/main.c.o", "of Meson's")
    charm.write("build/files/notes.p/1", "of Meson's")
    charm.write("files/source.p", "written")
    told = charm.archive("--unpacked=unit")
    assert names_of(told, "actions/") == ["actions/greet", "actions/measure"]
    assert names_of(told, "files/") == ["files/source.p"]
    assert (tmp_path / "unit" / "actions" / "greet").read_text(encoding="utf-8") == "#!/bin/sh\n"


CHARMCRAFT = """
name: tour
type: charm
title: The tour
summary: Shows
description: Everything
base: ubuntu@24.04
platforms: {amd64: null}
parts: {charm: {plugin: nil}}
links: {contact: "a@example.com", documentation: "https://example.com", issues: "https://example.com/i", website: [a, b]}
requires: {db: {interface: pgsql, limit: 1, optional: true}}
peers: {ring: {interface: tour-ring}}
config: {options: {greeting: {type: string, default: hello, description: What to say}, port: {type: int, default: 80}}}
actions: {greet: {description: Greets, params: {whom: {type: string, default: world}}}}
assumes: [juju >= 3.4]
"""


def declare_by_charmcraft(charm, text=CHARMCRAFT):
    for name in ("metadata.yaml", "config.yaml", "actions.yaml"):
        (charm.directory / name).unlink()
    charm.write("charmcraft.yaml", text)


def test_metadata_is_made_of_charmcraft_yaml(make_charm, tmp_path):
    charm = make_charm()
    declare_by_charmcraft(charm)
    told = charm.archive("--unpacked=unit")
    files = {name: yaml.safe_load((tmp_path / "unit" / name).read_text(encoding="utf-8"))
             for name in ("metadata.yaml", "config.yaml", "actions.yaml", "manifest.yaml")}
    declared = yaml.safe_load(CHARMCRAFT)
    assert files["metadata.yaml"] == {
        "name": "tour", "display-name": "The tour", "summary": "Shows", "description": "Everything",
        "maintainers": ["a@example.com"], "docs": "https://example.com", "issues": "https://example.com/i",
        "website": ["a", "b"],
        "requires": declared["requires"], "peers": declared["peers"], "assumes": ["juju >= 3.4"]}
    assert files["config.yaml"] == declared["config"]
    assert files["actions.yaml"] == declared["actions"]
    assert files["manifest.yaml"]["bases"][0]["channel"] == "24.04"
    assert told["base"] == "ubuntu@24.04"
    assert "charmcraft.yaml" not in names_of(told)


@pytest.mark.parametrize("platforms, base", [
    ("{ubuntu@24.04:amd64: null, ubuntu@24.04:arm64: null}", "ubuntu@24.04"),
    ("{ubuntu@26.04:amd64: null}", "ubuntu@26.04"),
])
def test_the_base_of_all_platforms_is_taken(make_charm, platforms, base):
    charm = make_charm()
    text = CHARMCRAFT.replace("base: ubuntu@24.04\n", "").replace("{amd64: null}", platforms)
    declare_by_charmcraft(charm, text)
    assert charm.archive("--unpacked=unit")["base"] == base


def test_a_base_that_is_said_goes_first(make_charm):
    charm = make_charm()
    declare_by_charmcraft(charm)
    assert charm.archive("--base=ubuntu@26.04", "--unpacked=unit")["base"] == "ubuntu@26.04"


def test_a_module_beside_its_source_is_packed(make_charm):
    charm = make_charm()
    (charm.build / "reactive" / "tour.so").rename(charm.directory / "reactive" / "tour.so")
    charm.build.joinpath("reactive").rmdir()
    charm.build.rmdir()
    assert "reactive/tour.so" in names_of(charm.archive("--unpacked=unit"))


def test_handlers_in_other_languages_alone_are_a_charm(make_charm):
    charm = make_charm()
    (charm.build / "reactive" / "tour.so").unlink()
    charm.write("reactive/tour.sh", "#!/bin/sh\n", mode=0o755)
    assert names_of(charm.archive("--unpacked=unit"), "reactive/") == ["reactive/tour.sh"]


def test_modules_of_layers_are_packed(make_charm, installed, tmp_path):
    charm = make_charm()
    charm.write("layer.yaml", "includes: ['layer:basic', 'layer:extra']")
    # An installation with a layer in it.
    prefix = pathlib.Path(installed["REACTIVE_PREFIX"])
    moved = tmp_path / "prefix" / pathlib.Path(installed["LD_LIBRARY_PATH"]).relative_to(prefix)
    layer = moved / "reactive" / "layers" / "extra"
    layer.mkdir(parents=True)
    (tmp_path / "prefix" / "libexec").symlink_to(prefix / "libexec")
    (charm.build / "reactive" / "tour.so").rename(layer / "extra.so")
    charm.write("reactive/tour.sh", "#!/bin/sh\n", mode=0o755)
    told = charm.archive("--unpacked=unit", REACTIVE_PREFIX=str(tmp_path / "prefix"))
    assert names_of(told, "layers/") == ["layers/extra/extra.so"]
    # The engine loads it from there, wherever it is deployed.
    environment = {"PATH": os.environ["PATH"], "JUJU_CHARM_DIR": str(tmp_path / "unit"), "JUJU_UNIT_NAME": "tour/0",
                   "JUJU_CONTEXT_ID": "none", "JUJU_DISPATCH_PATH": "hooks/collect-metrics"}
    for tool in ("juju-log", "status-set", "application-version-set"):
        charm.write(f"tools/{tool}", '#!/bin/sh\necho "$@" >>"$0.out"\n', mode=0o755)
    environment["PATH"] = f"{charm.directory}/tools:{environment['PATH']}"
    result = run(tmp_path / "unit" / "dispatch", cwd=tmp_path / "unit", env=environment)
    assert result.returncode == 0, result.stdout
    assert "nothing to measure\n" in charm.read("tools/juju-log.out")


def test_the_list_is_told_as_text_too(make_charm):
    charm = make_charm()
    told = charm.archive("--unpacked=first")
    result = charm.pack("--unpacked=second")
    *names, last = result.stdout.splitlines()
    assert [name.strip() for name in names] == names_of(told)
    assert last == f"packed second: {len(names)} files, for {told['base']} on {told['architecture']}"


def test_unpacked_is_what_the_archive_holds(make_charm, tmp_path):
    charm = make_charm("lb-consumer")
    told = charm.archive()
    charm.archive("--unpacked=as/it/is")
    unpacked, archived = tmp_path / "as/it/is", unpack(charm.path_of(told), tmp_path / "unit")
    for directory in (unpacked, archived):
        assert sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()) == names_of(
            told)
    for name in names_of(told):
        assert (unpacked / name).read_bytes() == (archived / name).read_bytes()
        assert (unpacked / name).stat().st_mode == (archived / name).stat().st_mode


# --- a program of its own --------------------------------------------------------------------------------------------

PROGRAM = """
#include <reactive.h>
#include <reactive/runtime.h>
int main (void) { char *arguments[] = { (char *) "reactive", (char *) "dispatch", NULL }; return reactive_main (2, arguments); }
"""


def compile_program(charm, name, *options):
    charm.write("main.c", PROGRAM)
    flags = shlex.split(run("pkg-config", "--cflags", "--libs", "reactive", env=charm.environment).stdout)
    # A build of ours may have been made with sanitizers, which then come with the library.
    result = run("cc", "-o", charm.directory / name, charm.directory / "main.c", *flags, *options,
                 "-Wl,--allow-shlib-undefined", env=charm.environment)
    assert result.returncode == 0, result.stdout
    return (charm.directory / name).read_bytes()


def test_a_program_of_the_charm_stays_its_dispatch(make_charm, tmp_path):
    charm = make_charm()
    program = compile_program(charm, "dispatch", "-Wl,--disable-new-dtags,-rpath,$ORIGIN/lib")
    charm.archive("--unpacked=unit")
    assert (tmp_path / "unit" / "dispatch").read_bytes() == program


def test_a_program_that_would_not_find_its_libraries_is_refused(make_charm):
    charm = make_charm()
    compile_program(charm, "dispatch")
    (first, *others) = charm.refused(5)
    assert re.fullmatch(r"dispatch: needs \S+, which a base may lack, and does not look for it in the archive's lib/: "
                        r"link it with -Wl,--disable-new-dtags,-rpath,'\$ORIGIN/lib'", first)
    assert others == []
    # DT_RUNPATH does not hold for what libraries need.
    compile_program(charm, "reactive/handler", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib")
    charm.write("dispatch", "#!/bin/sh\nexec reactive dispatch\n")
    (line,) = charm.refused(5)
    assert line.startswith("reactive/handler: needs ") and line.endswith("-rpath,'$ORIGIN/../lib'")


def test_files_for_others_stay_as_they_are(make_charm, tmp_path):
    charm = make_charm()
    module = (charm.build / "reactive" / "tour.so").read_bytes()
    files = {
        "files/tool": compile_program(charm, "tool", "-Wl,-rpath,/opt/tool/lib"),
        "files/of-another-machine.so": module[:18] + (183).to_bytes(2, "little") + module[20:],
        "files/half.so": module[:5000],
    }
    for name, contents in files.items():
        charm.write(name, contents, mode=0o644)
    charm.archive("--unpacked=unit")
    for name, contents in files.items():
        assert (tmp_path / "unit" / name).read_bytes() == contents
        assert stat.S_IMODE((tmp_path / "unit" / name).stat().st_mode) == 0o644
    assert f"files/tool: needs GLIBC_2.{libc_minor(charm.directory / 'tool')} of the C library, but ubuntu@18.04 has 2.27" in (
        charm.pack("--base=ubuntu@18.04", "--output=other").stderr)


# --- always the same -------------------------------------------------------------------------------------------------


def test_the_same_charm_makes_the_same_bytes(make_charm, tmp_path):
    first = make_charm("lb-consumer")
    other = make_charm("lb-consumer", name="elsewhere/of-another-name")
    for charm in (first, other):
        charm.write("files/ä", "a name that is not ASCII")
    for index, path in enumerate(sorted(other.directory.rglob("*"))):
        os.utime(path, (1_000_000_000 + index, 1_500_000_000 + index))
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o700 | 0o066)
    told = first.archive()
    command = f"umask 0077; exec reactive pack --format=json -o out.charm {shlex.quote(str(other.directory))}"
    result = run("sh", "-c", command, cwd=tmp_path, env={**other.environment, "TZ": "Asia/Kathmandu", "LC_ALL": "C"})
    assert result.returncode == 0, result.stdout
    assert json.loads(result.stdout)["files"] == told["files"]
    with zipfile.ZipFile(tmp_path / "out.charm") as source:
        assert source.namelist() == names_of(told)
    assert "files/ä" in names_of(told)
    assert (tmp_path / "out.charm").read_bytes() == first.path_of(told).read_bytes()
    assert stat.S_IMODE((tmp_path / "out.charm").stat().st_mode) == 0o644


def test_the_time_can_be_said(make_charm, tmp_path):
    charm = make_charm()
    charm.archive("--output=out.charm", SOURCE_DATE_EPOCH="1700000000", TZ="America/New_York")
    with zipfile.ZipFile(tmp_path / "out.charm") as source:
        assert {entry.date_time for entry in source.infolist()} == {(2023, 11, 14, 22, 13, 20)}
    (first, _) = charm.pack(SOURCE_DATE_EPOCH="now").stderr.splitlines()
    assert first == "reactive pack: SOURCE_DATE_EPOCH is 'now' (expected seconds since 1970)"


def test_an_archive_is_replaced_only_by_a_whole_one(make_charm, tmp_path):
    charm = make_charm()
    old = tmp_path / "out.charm"
    old.write_text("old", encoding="utf-8")
    charm.write("dispatch", "#!/bin/sh\nother\n")
    assert charm.pack("--output=out.charm").returncode == 5
    assert old.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["charm", "out.charm"]


def test_what_ends_it_waits_until_all_is_written(make_charm, strace, tmp_path):
    charm = make_charm()
    command = strace("-f", "-e", "trace=fsync", "-e", "inject=fsync:signal=SIGTERM:when=1")["prefix"]
    result = run(*command, "reactive", "pack", "-o", "out.charm", charm.directory, cwd=tmp_path,
                 env=charm.environment)
    assert result.returncode == -signal.SIGTERM, result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["charm", "out.charm"]
    with zipfile.ZipFile(tmp_path / "out.charm") as source:
        assert source.testzip() is None


def test_a_device_is_not_replaced(make_charm, tmp_path):
    charm = make_charm()
    os.mkfifo(tmp_path / "pipe")
    result = charm.pack("--output=pipe")
    assert (result.returncode, result.stderr) == (1, "reactive pack: pipe: is there, and is no regular file\n")
    assert (tmp_path / "pipe").is_fifo()


# --- refusals --------------------------------------------------------------------------------------------------------


def other_machine(charm):
    charm.set_machine("reactive/tour.so", 183)


def cut_module(charm):
    path = charm.build / "reactive" / "tour.so"
    path.write_bytes(path.read_bytes()[:5000])


def not_built(charm):
    (charm.build / "reactive" / "tour.so").unlink()


def link(name, target):
    def make(charm):
        (charm.directory / "files").mkdir(exist_ok=True)
        (charm.directory / "files" / name).symlink_to(target)
    return make


def large_file(charm):
    with open(charm.write("files/large", ""), "wb") as sparse:
        sparse.truncate(256 * 1024 * 1024 + 1)


def metadata(text):
    return lambda charm: charm.write("metadata.yaml", text)


def need(name):
    """The module is linked with something else instead of libreactive."""
    return lambda charm: charm.patch("reactive/tour.so", b"libreactive.so.0", name)


def fifo(charm):
    (charm.directory / "files").mkdir()
    os.mkfifo(charm.directory / "files" / "pipe")


def script(text):
    return lambda charm: charm.write("dispatch", text)


GOOD = "name: tour\nsummary: s\ndescription: d\n"
NOT_ALL = "which is all that a script does that the archive's program replaces"
REFUSALS = {
    "module-of-another-architecture": (other_machine, 5, ["reactive/tour.so: built for arm64, but the archive is for ARCH"]),
    "module-cut": (cut_module, 5, ["reactive/tour.so: broken ELF file: a segment lies outside of it"]),
    "module-no-elf": (lambda charm: charm.write("build/reactive/x.so", "text"), 5,
                      ["reactive/x.so: no handler module: not an ELF file"]),
    "not-built": (not_built, 3, ["there is no handler module in 'CHARM/build/reactive', nor an executable in "
                                 "'CHARM/reactive': has the charm been built?"]),
    "library-missing": (need(b"libdeactive.so.0"), 5,
                        ["reactive/tour.so: needs libdeactive.so.0, which is not on this machine"]),
    "library-of-another-version": (need(b"libreactive.so.7"), 5, [
        "reactive/tour.so: linked with libreactive.so.7; this libreactive is libreactive.so.0: build it again",
        "reactive/tour.so: needs libreactive.so.7, which is not on this machine"]),
    "library-by-path": (need(b"/tmp/reactive.so"), 5,
                        ["reactive/tour.so: linked with '/tmp/reactive.so', which is a path, and no library's name"]),
    "interface-missing": (lambda charm: charm.write("layer.yaml", "includes: ['interface:http']"), 5,
                          ["layer.yaml: includes the interface 'http', but there is no libreactive-http.so.0 in "
                           "CHARM/build/interfaces, CHARM/interfaces or LIBRARIES"]),
    "side-missing": (metadata(f"{GOOD}peers: {{ring: {{interface: bind-client}}}}\n"), 5,
                     ["metadata.yaml: peers.ring: interfaces/libreactive-bind-client.so.0 has no side 'peers'"]),
    "dispatch-of-another-kind": (script("#!/bin/sh\npython3 src/charm.py\n"), 5,
                                 [f"dispatch: line 2 is not 'exec reactive dispatch', {NOT_ALL}"]),
    "dispatch-does-more": (script("#!/bin/sh\n\n# x\nexport A=b\nexec reactive dispatch\n"), 5,
                           [f"dispatch: line 4 is not 'exec reactive dispatch', {NOT_ALL}"]),
    "dispatch-does-nothing": (script("#!/bin/sh\n"), 5, ["dispatch: does not run 'reactive dispatch'"]),
    "metadata-without-name": (metadata("summary: s\n"), 5, ["CHARM/metadata.yaml:1:1: name: missing"]),
    "metadata-without-summary": (metadata("name: tour\n"), 5,
                                 ["metadata.yaml: description: missing; Juju takes no charm without it",
                                  "metadata.yaml: summary: missing; Juju takes no charm without it"]),
    "metadata-no-yaml": (metadata("name: [\n"), 5, ["CHARM/metadata.yaml:2:1: did not find expected node content (while parsing a "
                                               "flow node, line 2)"]),
    "metadata-bad-name": (metadata("name: My_Charm\nsummary: s\ndescription: d\n"), 5,
                          ["metadata.yaml: name: 'My_Charm' is no name for a charm (expected lower-case letters and "
                           "digits, in parts that have a letter each, with '-' between them)"]),
    "link-absolute": (link("hosts", "/etc/hosts"), 5,
                      ["files/hosts: a link by an absolute path, which is another file where the charm is deployed"]),
    "link-out": (link("up", "../../"), 5, ["files/up: a link that leads out of the charm"]),
    "link-to-nothing": (link("gone", "nowhere"), 5, ["files/gone: a link to nothing"]),
    "link-to-itself": (link("again", "."), 5,
                       ["files" + "/again" * 33 + ": directories in directories, more than 32 deep"]),
    "control-character": (lambda charm: charm.write("files/a\nb", "x"), 5,
                          ["files/a?b: the file's name has a control character or a backslash"]),
    "too-large": (large_file, 5, ["CHARM/files/large: larger than 268435456 bytes"]),
    "pipe": (fifo, 5, ["files/pipe: neither a file nor a directory"]),
    "file-and-directory": (lambda charm: charm.write("bin", "x"), 5,
                           ["bin: a file, but the archive needs a directory of this name"]),
    "name-taken": (lambda charm: charm.write("bin/reactive", "x"), 5,
                   ["bin/reactive: the charm has a file of this name, which the archive needs for another one"]),
}


@pytest.mark.parametrize("change, code, messages", REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_run_is_refused_by_name(make_charm, installed, architecture, change, code, messages):
    charm = make_charm()
    change(charm)
    places = {"CHARM": charm.directory, "ARCH": architecture, "LIBRARIES": installed["LD_LIBRARY_PATH"]}
    wanted = [re.sub("|".join(places), lambda match: str(places[match[0]]), message) for message in messages]
    assert charm.refused(code) == wanted


@pytest.fixture(scope="module")
def architecture(packed):
    return packed[0]["architecture"]


def test_another_architecture_is_refused_file_by_file(make_charm, architecture):
    other = "arm64" if architecture != "arm64" else "amd64"
    lines = make_charm().refused(5, f"--arch={other}")
    assert lines == [f"{name}: built for {architecture}, but the archive is for {other}"
                     for name in ("bin/charms.reactive", "bin/reactive", "dispatch", "reactive/tour.so")]


def test_a_charm_is_packed_for_another_architecture(make_charm, packed, architecture, tmp_path):
    """With an installation of the other one, which no program of this machine could run."""
    name, machine, triplet = ("arm64", 183, "aarch64-linux-gnu") if architecture != "arm64" else ("amd64", 62, "x86_64-linux-gnu")
    places = {path: f"lib/{triplet}/{path.name}" for path in elf_files(packed[2]) if ".so" in path.name}
    places[packed[2] / "dispatch"] = "libexec/reactive/charm-runtime"
    for path, place in places.items():
        contents = path.read_bytes()
        (tmp_path / "other" / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "other" / place).write_bytes(contents[:18] + machine.to_bytes(2, "little") + contents[20:])
    charm = make_charm("lb-consumer")
    charm.set_machine("reactive/lb_consumer.so", machine)
    (charm.build / "interfaces" / "libreactive-loadbalancer.so.0").unlink()
    told = charm.archive(REACTIVE_PREFIX=str(tmp_path / "other"))
    assert told["architecture"] == name
    assert [name for name in names_of(told, "lib/") if "licenses" not in name] == [
        name for name in names_of(packed[0], "lib/") if "licenses" not in name]
    assert "interfaces/libreactive-loadbalancer.so.0" in names_of(told)


def test_a_base_that_is_too_old_is_refused_file_by_file(make_charm, packed):
    directory = packed[2]
    charm = make_charm("lb-consumer")
    lines = charm.refused(5, "--base=ubuntu@18.04")
    too_new = {str(path.relative_to(directory)): libc_minor(path) for path in elf_files(directory)
               if libc_minor(path) > 27}
    assert too_new
    assert lines == sorted(f"{name}: needs GLIBC_2.{minor} of the C library, but ubuntu@18.04 has 2.27 "
                           f"({find_oldest_base(minor)} is new enough)" for name, minor in too_new.items())


def test_a_module_that_cannot_be_loaded_is_refused(make_charm):
    charm = make_charm("lb-consumer")
    library = (charm.build / "interfaces" / "libreactive-loadbalancer.so.0").read_bytes()
    charm.write("build/reactive/other.so", library)
    assert charm.refused(5) == [f"{charm.build}/reactive/other.so: no symbol 'reactive_module': not a handler module, or "
                                "one without REACTIVE_MODULE ()"]


ENDINGS = {
    "crash": ("abort ();", "dies of signal 6 (Aborted) when it is loaded"),
    "exit": ('puts ("{}"); exit (0);', "ends the process with exit code 0 when it is loaded"),
}


@pytest.mark.parametrize("body, message", ENDINGS.values(), ids=ENDINGS)
def test_a_module_that_ends_who_loads_it_is_told_by_name(make_charm, body, message):
    charm = make_charm()
    source = charm.write("end.c", "#include <stdio.h>\n#include <stdlib.h>\n"
                                  f"__attribute__ ((constructor)) static void end (void) {{ {body} }}\n")
    result = run("cc", "-shared", "-fPIC", "-o", charm.build / "reactive" / "end.so", source)
    assert result.returncode == 0, result.stdout
    result = charm.pack("--format=json")
    assert (result.returncode, result.stdout) == (5, "")
    assert result.stderr.splitlines()[-1] == f"reactive pack: reactive/end.so: {message}"


def test_a_directory_that_cannot_be_read_is_refused(make_charm):
    charm = make_charm()
    charm.write("files/x", "x")
    (charm.directory / "files").chmod(0)
    # Root may read everything, unless that is taken from it.
    prefix = ["setpriv", "--bounding-set", "-all"] if os.geteuid() == 0 else []
    result = run(*prefix, "reactive", "pack", charm.directory, cwd=charm.directory.parent, env=charm.environment)
    (charm.directory / "files").chmod(0o755)
    assert result.returncode == 5, result.stdout
    assert f"{charm.directory}/files”: Permission denied" in result.stdout


def test_each_file_that_no_base_is_new_enough_for_is_told(make_charm):
    charm = make_charm()
    needed = {"tool": rb"GLIBC_2\.\d\d\b", "other": rb"GLIBC_2(?=\.\d)"}
    programs = {"tool": b"GLIBC_2.99", "other": b"GLIBC_9"}
    for name, version in programs.items():
        program = compile_program(charm, "program")
        charm.write(f"files/{name}", re.sub(needed[name], version, program))
    lines = charm.refused(5)
    assert "files/tool: needs GLIBC_2.99 of the C library, which no base has that is known here" in lines
    assert any(re.fullmatch(r"files/other: needs GLIBC_9\.\S+ of the C library, which no base .*", line) for line in lines)


def test_an_interface_under_another_name_is_refused(make_charm):
    charm = make_charm("lb-consumer")
    charm.write("metadata.yaml", charm.read("metadata.yaml").replace("interface: loadbalancer", "interface: other"))
    charm.write("build/interfaces/libreactive-other.so.0",
                (charm.build / "interfaces" / "libreactive-loadbalancer.so.0").read_bytes())
    (line,) = charm.refused(5)
    assert line.startswith(f"{charm.build}/interfaces/libreactive-other.so.0: ") and "loadbalancer" in line


def test_a_program_that_is_not_ours_is_no_dispatch(make_charm):
    charm = make_charm()
    charm.write("dispatch", pathlib.Path("/bin/sh").read_bytes())
    assert is_elf(charm.directory / "dispatch")
    assert charm.refused(5) == ["dispatch: a program that is not linked with libreactive"]


USAGE = {
    "base": (["--base=debian@12"], "unknown base 'debian@12' (known: ubuntu@18.04, "),
    "architecture": (["--arch=mips"], "unknown architecture 'mips' (expected amd64, "),
    "format": (["--format=xml"], "unknown format 'xml' (expected text or json)"),
    "two-results": (["--output=a", "--unpacked=b"], "--output and --unpacked are for two kinds of result: choose one"),
    "two-directories": (["."], "takes one directory"),
    "option": (["--nothing"], "Unknown option --nothing"),
}


@pytest.mark.parametrize("options, message", USAGE.values(), ids=USAGE)
def test_wrong_use_is_told(make_charm, options, message):
    first, last = make_charm().refused(2, *options)
    assert first.startswith(message)
    assert last == "Try 'reactive pack --help'."


def test_what_is_not_there_is_told(make_charm, tmp_path):
    charm = make_charm()
    (line,) = charm.refused(3, "--build-dir=nowhere")
    assert line == "there is no build directory 'nowhere'"
    (tmp_path / "empty").mkdir()
    result = charm.pack(directory=tmp_path / "empty")
    assert result.returncode == 3
    assert result.stderr.endswith("it has neither metadata.yaml nor charmcraft.yaml\n")
    assert charm.refused(5, "--include=../x", "--include=/etc/passwd") == [
        "../x: not inside of the charm's directory", "/etc/passwd: not inside of the charm's directory"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    (line,) = charm.refused(1, "--unpacked=full")
    assert line == "full: not empty"


def test_a_base_of_charmcraft_that_is_unknown_is_told(make_charm):
    charm = make_charm()
    declare_by_charmcraft(charm, CHARMCRAFT.replace("ubuntu@24.04", "ubuntu@devel"))
    first, _ = charm.refused(2)
    assert first.startswith(f"{charm.directory}/charmcraft.yaml: base: unknown base 'ubuntu@devel' (known: ")


def test_the_runtime_is_reactive_under_another_name(packed, installed):
    _, _, directory = packed
    environment = without_paths(installed)
    version = subprocess.run([directory / "dispatch", "--version"], env=environment, capture_output=True, text=True,
                             check=True).stdout
    assert re.fullmatch(r"reactive \d+\.\d+\.\d+\n", version)
    result = run(directory / "dispatch", env={"PATH": os.environ["PATH"]})
    assert result.returncode == 3
    assert result.stdout.startswith("reactive dispatch: JUJU_CHARM_DIR is not set")
