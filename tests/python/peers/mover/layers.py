# SPDX-License-Identifier: Apache-2.0
"""What layer:basic and layer:leadership do for a charm of theirs, with the same flags and rows."""

import yaml
from charmhelpers.core import hookenv, unitdata
from charms.reactive import clear_flag, set_flag, toggle_flag

SETTINGS = "leadership.settings."


def load_defaults():
    with open("config.yaml", encoding="utf-8") as file:
        return {name: option.get("default") for name, option in yaml.safe_load(file)["options"].items()}


def raise_config_flags():
    config = hookenv.config()
    for name, default in load_defaults().items():
        toggle_flag(f"config.set.{name}", config.get(name))
        toggle_flag(f"config.default.{name}", config.get(name) == default)
        if config.changed(name):
            set_flag("config.changed")
            set_flag(f"config.changed.{name}")


def drop_config_flags():
    clear_flag("config.changed")
    for name in load_defaults():
        for kind in ("changed", "set", "default"):
            clear_flag(f"config.{kind}.{name}")


def raise_leadership_flags():
    toggle_flag("leadership.is_leader", hookenv.is_leader())
    store = unitdata.kv()
    before = store.getrange(SETTINGS, strip=True)
    now = hookenv.leader_get() or {}
    for key in sorted({*before, *now}):
        toggle_flag(f"leadership.changed.{key}", before.get(key) != now.get(key))
        toggle_flag(f"leadership.set.{key}", now.get(key) is not None)
        store.set(SETTINGS + key, now.get(key))
    toggle_flag("leadership.changed", any(before.get(key) != now.get(key) for key in {*before, *now}))


def leader_set(key, value):
    hookenv.leader_set({key: value})
    store = unitdata.kv()
    if store.get(SETTINGS + key) != value:
        set_flag(f"leadership.changed.{key}")
        set_flag("leadership.changed")
    toggle_flag(f"leadership.set.{key}", value is not None)
    store.set(SETTINGS + key, value)


hookenv.atstart(raise_config_flags)
hookenv.atstart(raise_leadership_flags)
hookenv.atexit(drop_config_flags)
