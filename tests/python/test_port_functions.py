# SPDX-License-Identifier: Apache-2.0
"""Whole files of Python handlers as `reactive port` writes their bodies in C: the functions and names of the file, what
is counted, and what is hostile."""

import textwrap

import pytest

from port_bodies import IMPORTS, check_c, read, to_c, translate, translate_all

# --- helper functions -------------------------------------------------------------------------------------------------

HELPERS = IMPORTS + """
def name_of(kind, number=1, loud=False):
    text = '{}-{}'.format(kind, number)
    if loud:
        return text.upper()
    return text


def is_ready():
    return is_flag_set('a') and config('debug')


def find_port(default: int):
    if config('port'):
        return config('port')
    return default


def first_of(text):
    words = text.split()
    if not words:
        return None
    return words[0]


def fail(message):
    hookenv.action_fail(message)
    sys.exit()


def work_on(thing):
    thing.run()


def forever():
    return forever()


@when('a')
def configure(reconfigure=True):
    if reconfigure:
        log('again')


@when('b')
def handler(endpoint):
    configure()
    configure(reconfigure=False)
    if is_ready() and find_port(80) > 79:
        log(name_of('web', loud=True))
    word = first_of(config('host'))
    if word is None:
        fail('no host')
    work_on(compute())
    forever()
    endpoint.go()
"""


def test_functions_of_the_file():
    """They take and return what C has types for, and end the hook for their callers, too."""
    bodies = translate_all(HELPERS)
    prototypes = {name: " ".join(item.prototype.split()) for name, item in bodies.items()}
    assert prototypes["name_of"] == (
        "static gboolean name_of (ReactiveUnit *unit, const char *kind, gint64 number, gboolean loud, "
        "char **out_result, GError **error)")
    assert prototypes["is_ready"] == "static gboolean is_ready (ReactiveUnit *unit, gboolean *out_result, GError **error)"
    assert prototypes["find_port"] == (
        "static gboolean find_port (ReactiveUnit *unit, gint64 default_, gint64 *out_result, GError **error)")
    assert prototypes["work_on"] == "static gboolean work_on (ReactiveUnit *unit, GError **error)"
    # The engine calls it without arguments.
    assert bodies["configure"].lines == ["if (TRUE)", '  reactive_log (unit, REACTIVE_LOG_INFO, "again");', "",
                                         "return TRUE;"]

    lines = "\n".join(bodies["handler"].lines)
    assert bodies["handler"].helpers == ["configure", "is_ready", "find_port", "name_of", "first_of", "fail", "work_on",
                                         "forever"]
    assert 'name_of (unit, "web", 1, TRUE, &result, error)' in lines
    assert "if (holds)" in lines
    assert "configure(reconfigure=False)" in lines
    assert 'fail (unit, "no host", error)' in lines and "if (port_has_ended (unit))" in lines
    assert "the argument thing=compute() of work_on" in lines
    assert "endpoint.go()" in lines


def test_functions_of_the_file_compile(tmp_path):
    check_c(to_c(translate_all(HELPERS)), tmp_path / "helpers.c")


def test_names_of_the_file():
    """What a file binds once, and what hides an import."""
    bodies = translate_all("""\
from charmhelpers.core.hookenv import config, log as say
from charmhelpers.core import hookenv
from charms.reactive import *
config = config()
here = hookenv.charm_dir()
twice = "a"
twice = "b"
grown = ["a"]
grown.append("b")
def first():
    set_state(here)
    say(config.get('host'))
    say(twice)
    say(grown[0])
def second():
    from subprocess import check_call as run
    log = run
    run(['true'])
    say = 1
    say('x')
""")
    assert bodies["first"].lines[:3] == [
        "reactive_set_flag (unit, reactive_get_charm_dir (unit));",
        "reactive_log (unit, REACTIVE_LOG_INFO, port_text_or_none (reactive_config_get_string (unit, \"host\")));",
        'reactive_log (unit, REACTIVE_LOG_INFO, PORT_STRING ("web.py:13", "twice"));']
    assert "PORT_STRING" in bodies["first"].lines[3]
    assert [call.kind for call in bodies["first"].calls] == ["flag", "log", "config", "log", "log"]
    assert [call.kind for call in bodies["second"].calls] == ["host"]
    assert "  if (!port_run (unit, argv, 0, error))" not in bodies["first"].lines
    assert "if (!port_run (unit, argv, 0, error))" in bodies["second"].lines
    assert "PORT_TODO (\"web.py:20\", \"say('x')\");" in bodies["second"].lines


# --- the count --------------------------------------------------------------------------------------------------------


def outcomes(text):
    return [(call.kind, call.name.rpartition(".")[2], call.outcome) for call in translate(text).calls]


def test_calls_are_counted():
    """Each once, with what became of it; what only asks is C in a statement without C, too."""
    assert outcomes("""
        set_flag('a')
        log('{}'.format(compute()))
        values = [config('port') for _ in UNITS]
        cfg = config()
        cfg.get('host')
        if cfg['undeclared']:
            hookenv.action_fail('x')
        render(config()['debug'])
        host.adduser('web', config('host'))
        register_trigger(when=compute(), set_flag=config('host'))
        compute(set_flag('b'), is_flag_set('c'))
        toggle_flag('d', compute())
    """) == [
        ("flag", "set_flag", "c"), ("log", "log", "c-with-placeholder"), ("config", "config", "c-with-placeholder"),
        ("config", "get", "c"), ("config", "config[]", "c-with-placeholder"),
        ("action", "action_fail", "c"), ("config", "config[]", "c-with-placeholder"), ("host", "adduser", "by-hand"),
        ("config", "config", "c-with-placeholder"), ("flag", "register_trigger", "by-hand"),
        ("config", "config", "c-with-placeholder"), ("flag", "set_flag", "by-hand"),
        ("flag", "is_flag_set", "c-with-placeholder"), ("flag", "toggle_flag", "c-with-placeholder"),
    ]


def test_call_of_a_statement_that_fails_late_is_by_hand():
    """What was written of the statement before is taken back with it."""
    item = translate("set_flag('a' + (config('host') or compute()))")
    assert [call.outcome for call in item.calls] == ["by-hand", "c-with-placeholder"]
    assert item.lines == ["PORT_TODO (\"web.py:0\", \"set_flag('a' + (config('host') or compute()))\", "
                          "reactive_config_get_string (unit, \"host\"));", "", "return TRUE;"]
    assert not item.is_complete and item.needs_header


def test_numbers_that_may_be_none_have_no_type_of_c():
    """They are JSON: None is neither 0 nor false."""
    declared = {"kind": {"type": "integer"}, "zero": {"type": "integer", "default": 0}, "text": {"type": "string"},
                "no": {"type": "boolean", "default": False}, "flag": {"type": "boolean"}, "free": {}, "wrong": 3}
    assert read.parameters_of({"go": {"params": declared}}) == {"go": {
        "kind": "json", "zero": "integer", "text": "string", "no": "boolean", "flag": "json", "free": "string"}}
    assert read.type_of_option({"type": "float"}) == "json"
    assert read.type_of_option({"type": "secret"}) == read.type_of_option({}) == "string"


def test_choice_of_three():
    lines = translate("""
        yes = is_flag_set('a') or is_flag_set('b') or is_flag_set('c')
        name = config('host') or hookenv.action_get('target') or None
        log('{} {}'.format(yes, name))
    """).lines
    text = " ".join(line.strip() for line in lines)
    assert text.startswith('gboolean yes = reactive_is_flag_set (unit, "a") || reactive_is_flag_set (unit, "b") '
                           '|| reactive_is_flag_set (unit, "c");')
    assert ('const char *name = port_text_or (reactive_config_get_string (unit, "host"), '
            'port_text_or (reactive_action_get_string (unit, "target"), NULL));') in text


def test_complete_body_has_no_markers():
    assert translate("set_flag('a')").is_complete
    assert translate("'only a docstring'").lines == ["return TRUE;"]


# --- hostile input ----------------------------------------------------------------------------------------------------

HOSTILE = {
    "deep blocks": "".join(f"{' ' * depth}if is_flag_set('a'):\n" for depth in range(90)) + " " * 90 + "pass\n",
    "a deep expression": "log(" + "(" * 150 + "1" + ")" * 150 + ")\n",
    "a long sum": "log(" + " + ".join(["'a'"] * 800) + ")\n",
    "a long chain": "log(" + "hookenv" + ".a" * 800 + ")\n",
    "many nots": "if " + "not " * 800 + "1:\n    pass\n",
    "many statements": "set_flag('a')\n" * 8000,
    "a long literal": "log('" + "x" * 200000 + "')\n",
    "a NUL": "log('a\\0b')\n",
    "half a letter": "log('\\udc80')\n",
    "huge numbers": "set_flag('%d' % (10 ** 10 ** 10))\nif config('port') > 99999999999999999999999:\n    log('x' * 10 ** 12)\n",
    "a format that is wide": "log('{:>1000000000}%1000000000d'.format(1))\nlog('%1000000000d' % 1)\n",
    "a comment's end": "log('*/ ' + compute('*/'))\n",
    "a match": "match config('port'):\n    case 1:\n        set_flag('a')\n",
    "many returns": "try:\n    return\nfinally:\n    set_flag('a')\n",
    "break in try": "while True:\n    try:\n        check_call(['a'])\n        break\n    except Exception:\n        continue\n",
    "a chain of values": "log(db.get(db.get(db.get(db.get('a')))))\n",
    "names of everything": "TRUE = 1\nreturn_ = 2\nprintf = 3\n_Bool = 4\n__x = 5\nreactive_log = 6\nüber = 7\n"
                           "log('%s %s %s %s %s %s %s' % (TRUE, return_, printf, _Bool, __x, reactive_log, über))\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_body(text, tmp_path):
    """Whatever it is, it becomes C that compiles."""
    item = translate_all(f"{IMPORTS}@when('go')\ndef handler():\n{textwrap.indent(text, '  ')}")["handler"]
    assert item.lines[-1] in ("return TRUE;", "return FALSE;")
    check_c(to_c({"handler": item}), tmp_path / "hostile.c")


@pytest.mark.parametrize("head", ["async def handler():\n  await compute()", "def handler():\n  yield set_flag('a')"])
def test_body_that_is_no_plain_function(head):
    item = translate_all(f"{IMPORTS}{head}\n")["handler"]
    assert [line.split(" ")[0] for line in item.lines] == ["PORT_TODO", "return"]
