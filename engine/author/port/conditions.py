# SPDX-License-Identifier: Apache-2.0
"""Decorators of charms.reactive → conditions, by the rules of charms.reactive 1.5.3."""

from model import Condition, Handler
from resolve import REACTIVE, canonical

FLAG_DECORATORS = {"when": "all", "when_all": "all", "when_any": "any", "when_not": "none", "when_none": "none",
                   "when_not_all": "not_all"}
RESTRICTED_DECORATORS = {"collect_metrics": "collect-metrics", "meter_status_changed": "meter-status-changed"}
DECORATORS = {*FLAG_DECORATORS, *RESTRICTED_DECORATORS, "hook", "when_file_changed", "only_once", "not_unless"}
ENDPOINT_NAME = "{endpoint_name}"


def decorator_name(dotted):
    """The name of a decorator of charms.reactive, or None."""
    name = canonical(dotted)
    if not name.startswith(REACTIVE + "."):
        return None
    name = name[len(REACTIVE) + 1:]
    return name if name in DECORATORS else None


def first_line(node):
    """The line that Python has in a function's code: that of its first decorator."""
    return min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])


class Registry:
    """The handlers of one module, each once, in the order in which Python meets them."""

    def __init__(self, module, endpoint_names=None):
        self.module = module
        self.endpoint_names = endpoint_names or []
        self.handlers = {}

    def get(self, node, endpoint=None, owner=""):
        key = (first_line(node), node.name, endpoint)
        if key not in self.handlers:
            handler = Handler(self.module.path, node.name, first_line(node), node, endpoint=endpoint, owner=owner)
            self.handlers[key] = handler
            self.module.handlers.append(handler)
        return self.handlers[key]

    def find(self, node):
        return [handler for handler in self.module.handlers if handler.node is node]

    def add(self, node, decorator, owner=""):
        """Puts @decorator on the function @node. Returns FALSE where Python would not register anything."""
        name, line = decorator.name, decorator.line
        for doubt in decorator.doubts:
            self.module.note("hand", first_line(node), "condition", f"{node.name}: {doubt}")
        if name in FLAG_DECORATORS:
            return self.add_flags(node, FLAG_DECORATORS[name], decorator, owner)
        if name == "not_unless":
            for handler in self.find(node):
                self.module.note("hand", line, "not_unless", f"{node.name}: stands above the decorators that register "
                                 "the handler, where it does nothing in Python")
                handler.not_unless = handler.not_unless or []
            return True
        handler = self.get(node, owner=owner)
        if name == "hook":
            handler.conditions.append(Condition("hook", decorator.arguments, line))
        elif name in RESTRICTED_DECORATORS:
            handler.conditions.append(Condition("restricted", [RESTRICTED_DECORATORS[name]], line))
        elif name == "only_once":
            handler.conditions.append(Condition("once", [], line))
        elif name == "when_file_changed":
            handler.conditions.append(Condition("file", decorator.arguments, line))
            self.check_hash(node, decorator)
        return True

    def add_flags(self, node, kind, decorator, owner):
        flags = decorator.arguments
        has_endpoint_name = ENDPOINT_NAME in "".join(flags)
        if has_endpoint_name and not self.endpoint_names:
            self.module.note("none", decorator.line, "handler", f"{node.name}: has {ENDPOINT_NAME} in its flags, and "
                             "the charm has no such endpoint: Python does not register it either")
            return False
        for endpoint in self.endpoint_names or [None]:
            names = [flag.replace(ENDPOINT_NAME, endpoint) if endpoint else flag for flag in flags]
            self.get(node, endpoint, owner).conditions.append(Condition(kind, names, decorator.line))
        return True

    def check_hash(self, node, decorator):
        hash_type = decorator.keywords.get("hash_type", "md5")
        if hash_type != "md5":
            self.module.note("hand", decorator.line, "when_file_changed",
                             f"{node.name}: files are hashed with MD5 here, not {hash_type}: on a live unit they all "
                             "have changed once")


def put_in_source_order(module):
    """Decorators are applied from the bottom; people read them from the top."""
    for handler in module.handlers:
        handler.conditions.sort(key=lambda condition: condition.line)
