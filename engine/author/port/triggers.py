# SPDX-License-Identifier: Apache-2.0
"""Calls of register_trigger() → triggers."""

from model import Trigger
from resolve import Function, Unresolved, text_of

PARAMETERS = ("when", "when_not", "set_flag", "clear_flag", "callback")


def opaque(node):
    """A valid name for what the source does not tell, so that a table stays complete."""
    return f"<{text_of(node)}>"


def read_arguments(node, evaluator):
    """The arguments by their names: values, or `<text>` where the source does not tell. None if they cannot be told."""
    pairs = list(zip(PARAMETERS, node.args)) + [(keyword.arg, keyword.value) for keyword in node.keywords]
    found = {}
    for name, argument in pairs:
        if name is None:
            try:
                found.update(evaluator.value(argument))
            except Unresolved:
                return None
        else:
            try:
                found[name] = evaluator.value(argument)
            except Unresolved:
                found[name] = opaque(argument)
    return found


def read_trigger(node, evaluator, module, place):
    """The trigger that the call @node registers; None, with an item in the report, where it is none."""
    found = read_arguments(node, evaluator)
    if found is None:
        module.note("hand", node.lineno, "trigger", f"arguments that the source does not tell: {text_of(node)}")
        return None
    flags = {name: found.get(name) or None for name in PARAMETERS}
    callback = flags.pop("callback")
    for name, value in flags.items():
        if value is not None and not isinstance(value, str):
            flags[name] = f"<{value}>"
            module.note("hand", node.lineno, "trigger", f"{name} is no string: {text_of(node)}")
        elif value is not None and value.startswith("<"):
            module.opaque.append((value, node.lineno, value[1:-1]))
            module.note("hand", node.lineno, "trigger", f"{name} cannot be told from the source: {text_of(node)}")
    if (flags["when"] is None) == (flags["when_not"] is None) or not (flags["set_flag"] or flags["clear_flag"]
                                                                      or callback):
        module.note("hand", node.lineno, "trigger", f"Python refuses it, too: {text_of(node)}")
        return None
    trigger = Trigger(module.path, node.lineno, place=place, **flags)
    if callback is not None:
        trigger.callback = getattr(callback.node, "name", "") if isinstance(callback, Function) else ""
        if trigger.callback not in module.functions:
            trigger.callback = ""
            module.note("hand", node.lineno, "trigger", f"its callback is no function of the module: {text_of(node)}")
    return trigger
