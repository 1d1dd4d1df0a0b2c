# SPDX-License-Identifier: Apache-2.0
"""What was carried over, what needs a hand, what has no counterpart: PORTING.md for people, PORTING.json for
programs."""

import ast
import json

import ctext
from conditions import first_line
from model import Item
from project import includes_of
from resolve import Evaluator, Reference, Unresolved, canonical, REACTIVE
from triggers import opaque

VERDICTS = {"carried": "Carried over", "hand": "Needs a hand", "none": "No counterpart"}
COUNTED = ("flag", "config", "status", "log", "action")
OUTCOMES = ("c", "c-with-placeholder", "by-hand")
WRITERS = {"set_flag": "set", "set_state": "set", "clear_flag": "clear", "remove_state": "clear",
           "toggle_flag": "toggle", "toggle_state": "toggle"}
WORDS = {"all": "all of", "any": "any of", "none": "none of", "not_all": "not all of", "hook": "hook", "file": "file",
         "restricted": "restricted hook", "once": "once"}


def find_writes(module, node, depth=0, seen=None):
    """The flags that a function sets and clears, those of the file's functions that it calls included, in the order of
    the source; whether it comes to that is not asked."""
    seen = seen if seen is not None else set()
    if id(node) in seen or depth > 8:
        return []
    seen.add(id(node))
    evaluator = Evaluator(dict(module.scope))
    calls = [entry for statement in node.body for entry in ast.walk(statement) if isinstance(entry, ast.Call)]
    writes = []
    for call in sorted(calls, key=lambda entry: (entry.lineno, entry.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id in module.functions:
            writes.extend(find_writes(module, module.functions[call.func.id], depth + 1, seen))
            continue
        try:
            callee = evaluator.value(call.func)
        except Unresolved:
            continue
        name = canonical(callee.dotted) if isinstance(callee, Reference) else ""
        verb = WRITERS.get(name[len(REACTIVE) + 1:]) if name.startswith(REACTIVE + ".") else None
        argument = call.args[0] if call.args else None
        for keyword in call.keywords:
            if keyword.arg in ("flag", "state"):
                argument = keyword.value
        if verb is not None and argument is not None:
            try:
                flag = str(evaluator.plain(argument))
            except Unresolved:
                flag = opaque(argument)
            if [verb, flag] not in writes:
                writes.append([verb, flag])
    return writes


def condition_json(condition):
    return {"once": True} if condition.kind == "once" else {condition.kind: condition.names}


def describe(condition):
    return " ".join([WORDS[condition.kind], ", ".join(condition.names)]).strip()


def module_items(module):
    items = [item for item in module.items if item.what != "statement"
             or not any(first <= item.line <= last for first, last in module.load_lines)]
    for first, _ in module.load_lines:
        items.append(Item("carried", module.path, first, "statement", "runs at the start of a hook, where Python runs "
                          "it when it loads the file"))
    for handler in module.handlers:
        done = "" if handler.is_complete else "; its body has markers"
        items.append(Item("carried", module.path, handler.line, "handler", f"{module.c_name}:{handler.id} – "
                          f"{'; '.join(describe(condition) for condition in handler.conditions)}{done}"))
    items.extend(renamed_items(module))
    for trigger in module.triggers:
        flags = ", ".join(f"{name} {value}" for name, value in trigger_json(trigger).items()
                          if name in ("when", "when_not", "set", "clear", "callback"))
        items.append(Item("carried", module.path, trigger.line, "trigger", flags))
    for callback in module.callbacks:
        if callback.function is not None:
            items.append(Item("carried", module.path, callback.line, "callback",
                              f"{callback.function} runs at the {callback.kind} of a hook"))
    for function, call in module.calls:
        if call.outcome != "c":
            note = f": {call.note}" if call.note else ""
            kind = "is left to do" if call.outcome == "by-hand" else "is C, but not all of what belongs to it"
            items.append(Item("hand", module.path, call.line, "call", f"{function}: {call.name} {kind}{note}"))
    told = {item.line for item in items if item.what == "call"}
    for function, kind, line, original in module.markers:
        if line not in told:
            items.append(Item("hand", module.path, line, "marker", f"{function}: PORT_{kind}: {original}"))
    items.extend(structure_items(module))
    return items


def renamed_items(module):
    """Flags and paths that stand in the tables under another name, because the engine takes no such name."""
    found = [(handler.line, "condition", f"{handler.name}: ", name) for handler in module.handlers
             for condition in handler.conditions for name in condition.names]
    found += [(trigger.line, "trigger", "", name) for trigger in module.triggers
              for name in (trigger.when, trigger.when_not, trigger.set_flag, trigger.clear_flag) if name is not None]
    return [Item("hand", module.path, line, what, f"{where}a name that the engine does not take: {name!r} stands as "
                 f"'{ctext.name(name)}'") for line, what, where, name in found if ctext.name(name) != name]


def structure_items(module):
    """Classes, functions that are not called, and handlers that only a call would register."""
    items = []
    for node, bases in module.classes:
        methods = [entry for entry in ast.walk(node) if isinstance(entry, (ast.FunctionDef, ast.AsyncFunctionDef))]
        if methods:
            based = f" ({', '.join(base for base in bases if base)})" if any(bases) else ""
            items.append(Item("hand", module.path, node.lineno, "class", f"{node.name}{based}: {len(methods)} methods"))
    registered = [handler.node for handler in module.handlers]
    for function, node in module.inner:
        if node not in registered:
            items.append(Item("hand", module.path, node.lineno, "handler", f"{node.name}: is registered when "
                              f"{function.name}() is called, which nothing does at load"))
    entries = {handler.name for handler in module.handlers}
    for name, node in module.functions.items():
        if name not in module.emitted:
            items.append(function_item(module, name, node))
        elif name not in entries:
            items.append(Item("carried", module.path, first_line(node), "function", f"{name}: is a function of C"))
    return items


def function_item(module, name, node):
    """About a function of the Python file that is not in the C file."""
    line = first_line(node)
    if name in module.called:
        return Item("carried", module.path, line, "function", f"{name}: what it registers stands in the tables")
    if name == "main" and module.kind == "action":
        return Item("carried", module.path, line, "function", "main: the table of actions does this")
    return Item("hand", module.path, line, "function",
                f"{name}: nothing that became C calls it; it is not in the C file")


def trigger_json(trigger):
    fields = {"when": trigger.when, "when_not": trigger.when_not, "set": trigger.set_flag, "clear": trigger.clear_flag,
              "callback": trigger.callback}
    return {name: value for name, value in fields.items() if value is not None}


def find_interface_flags(module):
    """The flags that an interface layer names: those with the endpoint's name in them, and what its functions write."""
    flags = {node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant)
             and isinstance(node.value, str) and len(node.value) < 200 and " " not in node.value
             and ("{endpoint_name}" in node.value or "{relation_name}" in node.value)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            flags.update(flag for _, flag in find_writes(module, node) if "expand_name" not in flag)
    return sorted(flags)


def interface_items(charm, known):
    items = []
    for module in charm.interfaces:
        interface = module.path.split("/")[-2] if "/" in module.path else ""
        if interface in known:
            items.append(Item("carried", module.path, 1, "interface", f"libreactive has the interface {interface}"))
            continue
        flags = find_interface_flags(module)
        bases = sorted({base.split(".")[-1] for _, entries in module.classes for base in entries if base})
        items.append(Item("none", module.path, 1, "interface",
                          f"interface {interface} ({', '.join(bases) or 'no class'}) is to be written in C; it has "
                          f"the flags: {', '.join(flags) or 'none that the source tells'}"))
        for handler in module.handlers:
            items.append(Item("none", module.path, handler.line, "handler", f"{handler.name}"
                              f"{' of ' + handler.endpoint if handler.endpoint else ''} – "
                              f"{'; '.join(describe(condition) for condition in handler.conditions)}"))
        for trigger in module.triggers:
            items.append(Item("none", module.path, trigger.line, "trigger", str(trigger_json(trigger))))
        items.extend(item for item in module.items if item.what != "statement")
    return items


def charm_items(charm, known):
    items = list(charm.items)
    for module in charm.modules:
        items.extend(module_items(module))
        if not module.is_emitted and not module.handlers:
            items.append(Item("none", module.path, 1, "file", "registers nothing: there is no C file for it"))
    for module in {id(action.module): action.module for action in charm.actions if action.module}.values():
        items.extend(item for item in module_items(module))
    for action in charm.actions:
        place = (action.path or "actions.yaml", action.line or 1)
        if action.node is not None:
            done = "" if action.is_complete else "; its body has markers"
            items.append(Item("carried", *place, "action", f"{action.name} – {action.module.c_name}:{action.id}{done}"))
        else:
            items.append(Item("hand", *place, "action", f"{action.name}: {action.why}"))
    for path in charm.external:
        items.append(Item("carried", path, 1, "external handler", "is copied; it runs as before"))
    for path in charm.copies:
        items.append(Item("carried", path, 1, "file", "is copied"))
    for module in charm.libraries:
        if module.path in [entry.path for entry in charm.modules]:
            continue
        functions = sum(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in ast.walk(module.tree))
        items.append(Item("none", module.path, 1, "library", f"a Python library with {functions} functions"))
    if charm.layer_options:
        items.append(Item("none", "layer.yaml", 1, "layer", f"options of layers: {', '.join(charm.layer_options)}"))
    for include in includes_of(charm)[1]:
        if charm.form == "built":
            items.append(Item("carried", "layer.yaml", 1, "layer",
                              f"{include} is in the charm; its files are in this list"))
        else:
            items.append(Item("none", "layer.yaml", 1, "layer",
                              f"{include} is not here: port the built charm to have what it brings, too"))
    items.extend(interface_items(charm, known))
    unique = {(item.verdict, item.path, item.line, item.what, item.text): item for item in items}
    return sorted(unique.values(), key=lambda item: (item.path, item.line, item.what, item.text))


def all_modules(charm):
    """Modules with something in C, those of actions last."""
    found = list(charm.modules)
    for action in charm.actions:
        if action.module is not None and action.module not in found:
            found.append(action.module)
    return found


def count_calls(charm):
    counts = {}
    for module in all_modules(charm):
        for _, call in module.calls:
            counts.setdefault(call.kind, dict.fromkeys(("total", *OUTCOMES), 0))[call.outcome] += 1
            counts[call.kind]["total"] += 1
    return {kind: counts[kind] for kind in sorted(counts)}


def share(counts):
    """The share of the calls that are C, and of those that have no placeholder either."""
    total = sum(counts[outcome] for outcome in OUTCOMES)
    return f"{100 * (total - counts['by-hand']) // total} ({100 * counts['c'] // total}) %" if total else "–"


def totals_of(charm, items):
    handlers = [handler for module in charm.modules for handler in module.handlers]
    return {
        "handlers": len(handlers),
        "handlers-complete": sum(handler.is_complete for handler in handlers),
        "conditions": sum(len(handler.conditions) for handler in handlers),
        "triggers": sum(len(module.triggers) for module in charm.modules),
        "callbacks": sum(len(module.callbacks) for module in charm.modules),
        "actions": len(charm.actions),
        "actions-complete": sum(action.is_complete for action in charm.actions),
        "external-handlers": len(charm.external),
        "interface-handlers": sum(len(module.handlers) for module in charm.interfaces),
        **{verdict: sum(item.verdict == verdict for item in items) for verdict in VERDICTS},
    }


def handler_json(module, handler):
    return {
        "id": f"{module.c_name}:{handler.id}", "module": module.c_name, "name": handler.id,
        "c_function": handler.c_function, "function": handler.name, "file": module.path, "line": handler.line,
        "python_id": handler.python_id, "layer": module.layer,
        "conditions": [condition_json(condition) for condition in handler.conditions],
        "writes": find_writes(module, handler.node), "complete": handler.is_complete,
    }


def trigger_entries(modules):
    return [{"module": module.c_name, "file": module.path, "line": trigger.line, **trigger_json(trigger)}
            for module in modules for trigger in module.triggers]


def as_json(charm, items):
    """All of it, as data; docs/porting.md says what the keys are."""
    modules = all_modules(charm)
    result = {
        "version": 1, "charm": charm.name, "form": charm.form, "totals": totals_of(charm, items),
        "modules": [{"module": module.c_name, "file": module.path, "layer": module.layer,
                     "c": f"reactive/{module.c_name}.c" if module.is_emitted else None} for module in modules],
        "handlers": [handler_json(module, handler) for module in charm.modules for handler in module.handlers],
        "triggers": trigger_entries(charm.modules),
        "callbacks": [{"module": module.c_name, "file": module.path, "line": callback.line, "kind": callback.kind,
                       "function": callback.function} for module in charm.modules for callback in module.callbacks],
        "actions": [{"name": action.name, "module": action.c_module, "handler": action.id,
                     "c_function": action.c_function, "file": action.path, "line": action.line,
                     "complete": action.is_complete} for action in charm.actions],
        "opaque": [{"name": name, "file": module.path, "line": line, "text": text}
                   for module in [*modules, *charm.interfaces] for name, line, text in module.opaque],
        "interface_handlers": [handler_json(module, handler) for module in charm.interfaces
                               for handler in module.handlers],
        "interface_triggers": trigger_entries(charm.interfaces),
        "calls": [{"file": module.path, "line": call.line, "function": function, "kind": call.kind, "name": call.name,
                   "outcome": call.outcome, "note": call.note}
                  for module in modules for function, call in module.calls],
        "call_counts": count_calls(charm),
        "items": [{"state": item.verdict, "file": item.path, "line": item.line, "what": item.what, "text": item.text}
                  for item in items],
    }
    return json.dumps(result, indent=1, ensure_ascii=True) + "\n"


def escape(text):
    """Text in a line of Markdown."""
    text = "".join(character if ord(character) >= 32 else " " for character in text)
    return text.replace("\\", "\\\\").replace("<", "\\<").replace("*", "\\*").replace("|", "\\|")


def as_markdown(charm, items):
    totals = totals_of(charm, items)
    lines = [f"# Porting {escape(charm.name)}", "",
             f"What `reactive port` made of the {charm.form} charm; `PORTING.json` has the same for programs.", "",
             "| | found | all of the body is C |", "|---|---|---|",
             f"| handlers | {totals['handlers']} | {totals['handlers-complete']} |",
             f"| conditions | {totals['conditions']} | |", f"| triggers | {totals['triggers']} | |",
             f"| callbacks at start and end | {totals['callbacks']} | |",
             f"| actions | {totals['actions']} | {totals['actions-complete']} |",
             f"| external handlers | {totals['external-handlers']} | |",
             f"| handlers of interface layers | {totals['interface-handlers']} | – |", "",
             "| calls in bodies | as C | with a placeholder | by hand | share as C (without placeholders) |", "|---|---|---|---|---|"]
    counts = count_calls(charm)
    for kind, outcomes in counts.items():
        lines.append(f"| {kind} | {outcomes['c']} | {outcomes['c-with-placeholder']} | {outcomes['by-hand']} | "
                     f"{share(outcomes)} |")
    main = {outcome: sum(counts.get(kind, {}).get(outcome, 0) for kind in COUNTED) for outcome in OUTCOMES}
    lines.append(f"| flag, config, status, log, action | {main['c']} | {main['c-with-placeholder']} | "
                 f"{main['by-hand']} | {share(main)} |")
    lines.extend(["", "| Python | C | layer |", "|---|---|---|"])
    for module in all_modules(charm):
        target = f"reactive/{module.c_name}.c" if module.is_emitted else "–"
        lines.append(f"| {escape(module.path)} | {target} | {escape(module.layer)} |")
    for verdict, title in VERDICTS.items():
        entries = [item for item in items if item.verdict == verdict]
        lines.extend(["", f"## {title} ({len(entries)})", ""])
        for item in entries:
            path = item.path.replace("`", "?")
            lines.append(f"- `{path}:{item.line}` {item.what}: {escape(item.text)}")
        if not entries:
            lines.append("Nothing.")
    return "\n".join(lines) + "\n"
