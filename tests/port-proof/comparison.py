# SPDX-License-Identifier: Apache-2.0
"""Compares what charms.reactive made of a charm with what stands in the compiled modules, name by name."""

import collections
import re

from ported import find_writes

KINDS = ("flag", "config", "status", "log", "action")
OUTCOMES = ("c", "c-with-placeholder", "by-hand")
INTERFACE_HANDLER = "handler of an interface"
C_CALLS = {
    "flag": re.compile(r"\b(?:reactive_\w*flag\w*|reactive_\w*trigger\w*) \("),
    "config": re.compile(r"\b(?:reactive_config_\w+|port_config\w*) \("),
    "status": re.compile(r"\b(?:reactive_status_\w+|port_status\w*) \("),
    "log": re.compile(r"\b(?:reactive|port)_log\w* \("),
    "action": re.compile(r"\b(?:reactive|port)_action_\w+ \("),
}


def place(entry):
    return f"{entry['file']}:{entry['line']}"


def is_interface(path):
    return path.startswith("hooks/relations/")


def is_own(handler):
    """Whether a decorator of the charm's own registered it: the source of the charm does not tell what it does."""
    return any("own" in condition for condition in handler["conditions"])


def canonical(condition, opaque):
    """A condition in a form that can be compared. A name that nobody can know before the charm runs is one word."""
    (kind, names), *_ = condition.items()
    if names is True:
        return kind, ()
    return kind, tuple("<unknown>" if name in opaque or name.startswith("<") else name for name in names)


def own_conditions(handler, opaque):
    return sorted(canonical(condition, opaque) for condition in handler["conditions"])


def show(conditions):
    return ", ".join(f"{kind} {' '.join(names)}".strip() for kind, names in conditions) or "none"


class Comparison:
    """One charm: `differences` are the finds, `counts` what was found of what was expected."""

    def __init__(self, oracle, ported):
        self.oracle = oracle
        self.ported = ported
        self.report = ported.report
        self.differences = []
        self.counts = {}
        self.opaque = {entry["name"] for entry in self.report["opaque"]}
        self.tables = {table["module"]: table for table in ported.tables}
        self.modules = {entry["file"]: entry["module"] for entry in self.report["modules"]}
        hand = [item for item in self.report["items"] if item["state"] == "hand"]
        self.told = {(item["file"], item["line"]) for item in hand if item["what"] == "condition"}
        self.told_triggers = {(item["file"], item["line"]) for item in hand if item["what"] == "trigger"}
        self.told_handlers = {(item["file"], item["line"]) for item in hand if item["what"] == "handler"}
        self.not_compiled = set(ported.texts) - set(self.tables)
        self.functions = {(path, function["line"], function["name"]): function
                          for path, functions in oracle["functions"].items() for function in functions}

    def add(self, text):
        self.differences.append(text)

    def count(self, what, found, expected):
        self.counts[what] = (found, expected)

    def compare(self):
        for error in self.oracle["errors"]:
            self.add(f"{error['file']}: charms.reactive cannot import it: {error['error']}")
        self.handlers()
        self.triggers()
        self.callbacks()
        self.actions()
        self.writes()
        self.calls()
        self.mentioned()
        return self.differences

    def rows(self):
        """The rows of the compiled tables that are not actions, by the Python identity that the report gives them."""
        identities = {(entry["module"], entry["name"]): entry for entry in self.report["handlers"]}
        found = {}
        for module, table in self.tables.items():
            for row in table["handlers"]:
                if any("action" in condition for condition in row["conditions"]):
                    continue
                entry = identities.get((module, row["name"]))
                if entry is None:
                    self.add(f"{module}.c: handler {row['name']} is not in PORTING.json")
                    continue
                if "python_id" in row and row["python_id"] != f"{entry['file']}:{entry['line']}:{entry['function']}":
                    self.add(f"{module}.c: handler {row['name']} has the python_id {row['python_id']}, PORTING.json says "
                             f"{place(entry)}")
                key = entry["file"], entry["line"], entry["function"]
                if key in found:
                    self.add(f"{place(entry)}: {entry['function']} is twice in the tables")
                found[key] = row
        return found

    def handlers(self):
        rows = self.rows()
        expected = [handler for handler in self.oracle["handlers"] if not is_interface(handler["file"])
                    and not is_own(handler)]
        keys = [(handler["file"], handler["line"], handler["name"]) for handler in expected]
        n_conditions = n_found = n_conditions_found = n_told = 0
        for key, handler in zip(keys, expected):
            wanted = own_conditions(handler, self.opaque)
            n_conditions += len(wanted)
            row = rows.get(key)
            if row is None:
                if self.modules.get(handler["file"]) not in self.not_compiled:
                    self.add(f"{place(handler)}: handler {handler['name']} is not in the compiled tables")
                continue
            n_found += 1
            have = own_conditions(row, self.opaque)
            common = collections.Counter(wanted) & collections.Counter(have)
            n_conditions_found += sum(common.values())
            if have != wanted and key[:2] in self.told:
                n_told += len(wanted) - sum(common.values())
            elif have != wanted:
                self.add(f"{place(handler)}: conditions of {handler['name']}: Python has {show(wanted)}; C has {show(have)}")
            if {"once": True} in handler["conditions"] and "python_id" not in row:
                self.add(f"{place(handler)}: {handler['name']} runs once and has no python_id")
        for key in sorted(set(rows) - set(keys)):
            if key[:2] in self.told_handlers:
                continue  # Python registers it in another configuration
            self.add(f"{key[0]}:{key[1]}: handler {key[2]} is in the compiled tables, and charms.reactive has none")
        self.order(rows, keys)
        self.count("handlers", n_found, len(expected))
        self.count("conditions", n_conditions_found, n_conditions)
        self.count("conditions told", n_told, n_told)

    def order(self, rows, keys):
        """Within one file handlers are asked in the order in which Python registered them."""
        for path in sorted({key[0] for key in keys}):
            wanted = [key for key in keys if key[0] == path and key in rows]
            have = [key for key in rows if key[0] == path and key in set(keys)]
            if wanted != have:
                self.add(f"{path}: order of handlers: Python has {[key[2] for key in wanted]}, C {[key[2] for key in have]}")

    def triggers(self):
        keys = ("when", "when_not", "set", "clear")

        def plain(trigger):
            return tuple("<unknown>" if trigger.get(key) in self.opaque or trigger.get(key, "").startswith("<")
                         else trigger.get(key) for key in keys)

        wanted = collections.Counter(plain(trigger) for trigger in self.oracle["triggers"]
                                     if not is_interface(trigger["file"]) and ("set" in trigger or "clear" in trigger))
        have = collections.Counter(plain(trigger) for table in self.tables.values() for trigger in table["triggers"])
        for trigger in list((have - wanted).elements()):
            self.match_unknown(trigger, wanted, have)
        for trigger in wanted - have:
            self.add(f"trigger {dict(zip(keys, trigger))} is not in the compiled tables")
        for trigger in have - wanted:
            found = self.find_inner_trigger(dict(zip(keys, trigger)))
            if not found:
                self.add(f"trigger {dict(zip(keys, trigger))} is in the compiled tables, and charms.reactive has none")
        self.count("triggers", sum((wanted & have).values()), sum(wanted.values()))

    @staticmethod
    def match_unknown(trigger, wanted, have):
        """A trigger with a name that the source does not tell stands for one of Python's with the same other names."""
        for other in wanted - have:
            if all(name == known or "<unknown>" in (name, known) for name, known in zip(trigger, other)):
                have[trigger] -= 1
                have[other] += 1
                return

    def find_inner_trigger(self, trigger):
        """Whether Python registers it too, when a function runs."""
        flags = [value for value in trigger.values() if value]
        return any(call["name"] == "register_trigger" for function in self.functions.values() for call in function["calls"]
                   if call.get("flag", flags[0]) == flags[0])

    def callbacks(self):
        expected = [("start", entry) for entry in self.oracle["atstart"]] + [("finish", entry) for entry in
                                                                            self.oracle["atexit"]]
        found = 0
        for member, entry in expected:
            table = self.tables.get(self.modules.get(entry["file"]))
            if table is not None and table[member]:
                found += 1
            elif not any(entry["name"] in item["text"] or item["line"] == 1 and item["state"] == "carried"
                         for item in self.report["items"] if item["file"] == entry["file"]):
                self.add(f"{place(entry)}: {entry['name']} runs at the {member} of a hook, and is neither in the module nor in "
                         "the report")
        self.count("callbacks", found, len(expected))

    def actions(self):
        rows = {name for table in self.tables.values() for row in table["handlers"] for condition in row["conditions"]
                for name in condition.get("action", [])}
        reported = {entry["name"]: entry for entry in self.report["actions"]}
        for name in self.oracle["actions"]:
            if name not in reported:
                self.add(f"actions.yaml: action {name} is not in the report")
            elif name not in rows and reported[name]["c_function"] and reported[name]["module"] not in self.not_compiled:
                self.add(f"actions.yaml: action {name} is not in the compiled tables, and the report has a function for it")
        for name in sorted(rows - set(self.oracle["actions"])):
            self.add(f"action {name} is in the compiled tables, and not in actions.yaml")
        self.count("actions", len(rows & set(self.oracle["actions"])), len(self.oracle["actions"]))

    def writes(self):
        """Flags that a function of Python's text writes by name, against the text of the C function."""
        n_wanted = n_found = 0
        by_hand = collections.Counter((call["file"], call["line"]) for call in self.report["calls"]
                                      if call["outcome"] == "by-hand" and call["kind"] == "flag")
        for key, c_function, module in self.list_functions():
            body = self.ported.functions(module).get(c_function)
            function = self.functions.get(key)
            if function is None or body is None:
                continue
            wanted = [write for write in python_writes(function) if not by_hand[key[0], write[2]]]
            wanted = collections.Counter(write[:2] for write in wanted)
            have = collections.Counter(find_writes(body))
            n_wanted += sum(wanted.values())
            n_found += sum((wanted & have).values())
            for verb, flag in wanted - have:
                self.add(f"{key[0]}:{key[1]}: {key[2]}: Python {verb}s {flag} more often than the C function, and the report "
                         "does not say so")
            for verb, flag in have - wanted:
                self.add(f"{key[0]}:{key[1]}: {key[2]}: C {verb}s {flag} more often than Python")
        self.count("flags written", n_found, n_wanted)

    def list_functions(self):
        for entry in self.report["handlers"]:
            yield (entry["file"], entry["line"], entry["function"]), entry["c_function"], entry["module"]

    def calls(self):
        """The report may count more than was found here, which knows names alone, never less."""
        handled = {(entry["file"], entry["function"]) for entry in self.report["calls"]}
        own = collections.Counter()
        for path, functions in self.oracle["functions"].items():
            for function in functions:
                is_handler = any((path, function["line"], function["name"]) == (handler["file"], handler["line"],
                                                                              handler["name"])
                                 for handler in self.oracle["handlers"] if not is_own(handler))
                if not is_interface(path) and (is_handler or (path, function["name"]) in handled):
                    own.update(call["kind"] for call in function["calls"])
        for kind in KINDS:
            reported = self.report["call_counts"].get(kind, {}).get("total", 0)
            if reported < own[kind]:
                self.add(f"calls: {own[kind]} {kind} calls in what became C, PORTING.json counts {reported}")
            counts = self.report["call_counts"].get(kind, {})
            claimed = sum(counts.get(outcome, 0) for outcome in OUTCOMES if outcome != "by-hand")
            n_written = sum(len(C_CALLS[kind].findall(text)) for text in self.ported.texts.values())
            if n_written < claimed:
                self.add(f"calls: PORTING.json says that {claimed} {kind} calls are C, and the C files have {n_written}")
        self.calls_expected = {kind: own[kind] for kind in KINDS}

    def around(self, entry):
        """A guard's function, from its first decorator to the guard."""
        lines = [line for path, line, _ in self.functions if path == entry["file"] and line <= entry["line"]]
        return {"file": entry["file"], "line": max(lines, default=entry["line"]), "end": entry["line"]}

    def mentioned(self):
        """What is neither a handler nor a trigger and must stand in the report by file and line."""
        lines = self.ported.mentions()
        expected = [(entry, entry["kind"]) for entry in self.oracle["statements"]]
        expected += [(self.around(entry), "not_unless") for entry in self.oracle["guards"]]
        expected += [(entry, "trigger that charms.reactive refuses") for entry in self.oracle["refused"]]
        expected += [(entry, f"decorator {entry['decorator']}") for entry in self.oracle["decorators"]]
        expected += [(handler, "handler of a decorator of the charm") for handler in self.oracle["handlers"]
                     if is_own(handler)]
        expected += [(handler, INTERFACE_HANDLER) for handler in self.oracle["handlers"]
                     if is_interface(handler["file"])]
        # A file that libreactive makes needless, and an interface that is to be written anew, are told of as a whole; but of
        # the latter each handler by itself, too.
        needless, anew = ({item["file"] for item in self.report["items"] if item["line"] == 1 and item["state"] == state
                           and item["what"] in kinds_of_item} for state, kinds_of_item in (("carried", ("file", "interface")),
                                                                           ("none", ("interface",))))
        found = 0
        for entry, what in expected:
            span = range(entry["line"], entry.get("end", entry["line"]) + 1)
            is_told = entry["file"] in needless or entry["file"] in anew and what != INTERFACE_HANDLER
            if is_told or lines.get(entry["file"], set()) & set(span):
                found += 1
            else:
                self.add(f"{place(entry)}: {what}: the report does not mention it")
        for path in self.oracle["external"]:
            if path not in lines:
                self.add(f"{path}: external handler: the report does not mention it")
            elif not (self.ported.output / path).exists():
                self.add(f"{path}: external handler: it is not in the ported charm")
        self.count("mentioned", found, len(expected))


def python_writes(function):
    """(verb, flag, line) for each flag that a function writes by a known name."""
    verbs = {"set_flag": "set", "set_state": "set", "clear_flag": "clear", "remove_state": "clear",
             "toggle_flag": "toggle", "toggle_state": "toggle"}
    return [(verbs[call["name"]], call["flag"], call["line"]) for call in function["calls"]
            if call["kind"] == "flag" and call["name"] in verbs and "flag" in call]


def call_shares(report):
    """Outcomes of calls by kind."""
    return {kind: {outcome: report["call_counts"].get(kind, {}).get(outcome, 0) for outcome in OUTCOMES} for kind in KINDS}
