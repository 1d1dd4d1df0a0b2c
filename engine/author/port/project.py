# SPDX-License-Identifier: Apache-2.0
"""The files of a C charm beside its modules."""

import json
import os
import re

# Layers that libreactive knows, and interfaces that it has a library for.
LAYERS = ("layer:basic", "layer:leadership", "layer:status")
INTERFACES = ("bind-client", "loadbalancer")

DISPATCH = """#!/bin/sh
exec reactive dispatch
"""

IGNORED = """/build/
/craft-build/
*.charm
"""

# Name, summary and the like stay in metadata.yaml.
CHARMCRAFT = """type: charm
base: ubuntu@24.04
platforms:
  amd64:
  arm64:

# For charmcraft, which builds in a machine of its own. Without it, `reactive pack` makes the same of build/.
parts:
  charm:
    plugin: nil
    source: .
    build-packages: [gcc, meson, ninja-build, pkg-config]
    override-build: |
      # The packages of libreactive: from debs/, unless they are installed there.
      command -v reactive >/dev/null || apt-get install --yes ./debs/*.deb
      meson setup craft-build
      meson compile -C craft-build
      reactive pack --build-dir craft-build --unpacked "$CRAFT_PART_INSTALL"
"""

PORT_HEADER = os.path.join(os.path.dirname(os.path.realpath(__file__)), "port.h")


def project_name(name):
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def quote(text):
    """A string of meson."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def includes_of(charm):
    """The entries of layer.yaml that are kept, and those that are not; None where the charm had no layer.yaml."""
    if charm.includes is None:
        return None, []
    kept = ["layer:basic"]
    dropped = []
    flags = {name for module in charm.modules for handler in module.handlers for condition in handler.conditions
             for name in condition.names}
    uses_leadership = any(flag.startswith("leadership.") for flag in flags)
    interfaces = {interface for _, interface in charm.endpoints.values()}
    for include in charm.includes:
        known = include in LAYERS or include.partition(":")[2] in INTERFACES and include.startswith("interface:")
        if not known:
            dropped.append(include)
        elif include not in kept:
            kept.append(include)
    if uses_leadership and "layer:leadership" not in kept:
        kept.append("layer:leadership")
    kept.extend(f"interface:{name}" for name in INTERFACES if name in interfaces and f"interface:{name}" not in kept)
    return kept, dropped


def layer_yaml(charm):
    kept, dropped = includes_of(charm)
    lines = ["# What of the Python charm's layers libreactive has; PORTING.md lists the others." if dropped else
             "# The layers that libreactive has built in, and interfaces.", "includes:",
             *[f"  - {include}" for include in kept]]
    return "\n".join(lines) + "\n"


def copied_directories(charm):
    return sorted({path.split("/")[0] for path in charm.copies if "/" in path})


def meson_build(charm, files, interfaces):
    yaml = [name for name in files if name.endswith(".yaml") and "/" not in name ]
    lines = [f"project({quote(project_name(charm.name))}, 'c',", "  meson_version: '>=0.61',",
             "  default_options: ['c_std=gnu11', 'warning_level=2', 'buildtype=debugoptimized'],", ")", "",
             "add_project_arguments(", f"  '-DG_LOG_DOMAIN=\"{project_name(charm.name)}\"',",
             "  # A handler need not use all that it is given.", "  '-Wno-unused-parameter',", "  language: 'c',",
             ")", "",
             "reactive_dep = [", "  dependency('reactive'),",
             *[f"  dependency('reactive-{name}')," for name in interfaces], "]", "",
             "# A complete charm in the build directory: its files, and the modules that are compiled beside them.",
             f"foreach file : [{', '.join(quote(name) for name in [*sorted(yaml), 'dispatch'])}]",
             "  configure_file(input: file, output: file, copy: true)", "endforeach"]
    directories = copied_directories(charm)
    if directories:
        lines.extend([f"foreach directory : [{', '.join(quote(name) for name in directories)}]",
                      "  run_command('cp', '-R', meson.current_source_dir() / directory, meson.current_build_dir(),",
                      "    check: true)", "endforeach"])
    lines.extend(["", "subdir('reactive')", "subdir('scenarios')"])
    return "\n".join(lines) + "\n"


def modules_meson(names, external):
    lines = []
    if names:
        lines = [f"foreach name : [{', '.join(quote(name) for name in names)}]", "  shared_module(name, name + '.c',",
                 "    name_prefix: '',", "    dependencies: reactive_dep,", "    gnu_symbol_visibility: 'hidden',",
                 "  )", "endforeach"]
    for path in external:
        lines.append(f"configure_file(input: {quote(path)}, output: {quote(path)}, copy: true)")
    return "\n".join(lines) + "\n"


def scenario(charm):
    return f"""# What the charm does, without Juju: `reactive simulate`; see docs/scenarios.md of libreactive.
# So far it is only loaded. Its handlers may run commands on this machine: read them, then add steps.
applications:
  {json.dumps(charm.name)}: {{charm: ..{', units: 0' if charm.subordinate else ''}}}

# steps:
#   - settle
#   - expect: {{{json.dumps(charm.name + "/0")}: {{status: active}}}}
"""


def scenarios_meson(name):
    return f"""# A charm is named from where its scenario stands: beside the built one.
configure_file(input: {quote(name)}, output: {quote(name)}, copy: true)
test('scenario', find_program('reactive'),
  args: ['simulate', meson.current_build_dir() / {quote(name)}],
)
"""


def readme(charm):
    return f"""# {project_name(charm.name)}

The beginning of a charm in C, made by `reactive port` from one in Python. [PORTING.md](PORTING.md) says what was
carried over, what needs a hand, and what has no counterpart.

    meson setup build
    ninja -C build

makes the charm in `build/`. How to go on:

1. Look through `PORTING.md`. What needs a hand is marked in the C files: `grep -n PORT_ reactive/*.c`.
2. Each function has its Python source above it. Replace a marker by C, and delete the comment once they say the same.
   libreactive's `writing-handlers.md` goes through what a handler can do.
3. Write down in `scenarios/` what the charm should do, and try it with `reactive simulate build/scenarios/…`.
   Handlers that run commands run them on the machine where you try it.
4. `reactive pack` makes the archive that Juju deploys. A live unit of the Python charm can be upgraded to it: flags,
   values and once marks go on.
"""


def port_header():
    with open(PORT_HEADER, encoding="utf-8") as file:
        return file.read()


def other_files(charm, modules, interfaces):
    """Path → (text, is executable)."""
    files = {name: (data, False) for name, data in charm.texts.items() if name != "layer.yaml"}
    if charm.includes is not None:
        files["layer.yaml"] = (layer_yaml(charm), False)
    files["charmcraft.yaml"] = (CHARMCRAFT, False)
    files["dispatch"] = (DISPATCH, True)
    files[".gitignore"] = (IGNORED, False)
    files["README.md"] = (readme(charm), False)
    scenario_name = f"{project_name(charm.name)}.yaml"
    files[f"scenarios/{scenario_name}"] = (scenario(charm), False)
    files["scenarios/meson.build"] = (scenarios_meson(scenario_name), False)
    external = [os.path.basename(path) for path in charm.external]
    files["reactive/meson.build"] = (modules_meson(modules, external), False)
    files["reactive/port.h"] = (port_header(), False)
    # Everything that is read from the top directory must be known by then.
    top = [*files, *[path for path in charm.copies if path.endswith(".yaml") and "/" not in path]]
    files["meson.build"] = (meson_build(charm, top, interfaces), False)
    return files
