# SPDX-License-Identifier: Apache-2.0
"""Pieces of the source that C has no equivalent for: the markers that stand for them.

What a piece asks of the configuration, of parameters, flags or kept values is asked in C all the same: the marker has it
as arguments, for whoever writes the piece.
"""

import ast

import expressions
from state import COMPREHENSIONS, SUITES
from values import C_TYPES, ByHand

QUESTIONS = frozenset("""
    config action_get function_get config[] action[] get changed previous is_flag_set is_state any_flags_set all_flags_set
    any_states all_states is_leader leader_get
""".split())


def mark(work, macro, node, text=None, parts=None):
    """The code of a marker for a piece of the source; @parts are the pieces of it that are given up, if not all."""
    parts = [node] if parts is None else parts
    work.forget(*parts)
    return work.marker(macro, node, text, *(code for part in parts for code in ask(work, part)))


def ask(work, node):
    """The codes of the questions in a piece of the source that depend on nothing that the piece itself binds."""
    if any(isinstance(getattr(node, field, None), list) for field in (*SUITES, "cases")):
        # What stands in blocks runs at another time, or not at all.
        return
    bound = find_bound(node)
    for item in ast.walk(node):
        call = work.calls.get(id(item))
        if call is None or call.name.rpartition(".")[2] not in QUESTIONS or bound & find_names(item):
            continue
        try:
            yield work.attempt(express_question, item)
        except ByHand:
            continue
        work.mark(item, "c-with-placeholder", call.note or "what takes it is left to do")


def find_bound(node):
    """The names that comprehensions and lambdas in a piece of the source bind."""
    inner = [item for part in ast.walk(node) if isinstance(part, COMPREHENSIONS) for item in ast.walk(part)]
    return {item.id for item in inner if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load)} | {
        item.arg for item in inner if isinstance(item, ast.arg)}


def find_names(node):
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def express_question(work, node):
    value, lines = work.capture(expressions.express, node)
    if lines or value.is_owned or value.type not in C_TYPES:
        raise ByHand
    return value.code.replace("\n", " ")
