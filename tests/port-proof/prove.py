# SPDX-License-Identifier: Apache-2.0
"""Proves that `reactive port` loses nothing of Python charms: `prove.py [OPTION…] CHARM…`.

For each charm the real charms.reactive imports the original and its registry is read (oracle.py); the charm is ported, the
result compiled with every warning an error, and the tables are read from the compiled modules (tables.c). The two are
compared name by name (comparison.py), and run as flag programs by charms.reactive and by libreactive (programs.py).
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.path.insert(0, str(HERE))

import comparison  # noqa: E402
import ported  # noqa: E402
import programs  # noqa: E402

COLUMNS = ("handlers", "conditions", "triggers", "callbacks", "actions", "flags written", "mentioned")
ORACLE_TIMEOUT = 300


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="prove-port", description="compares ported charms with the Python ones")
    parser.add_argument("--build", default=SOURCE / "build", type=pathlib.Path, help="the build directory")
    parser.add_argument("--keep", type=pathlib.Path, help="keep the ported charms in this directory")
    parser.add_argument("--json", type=pathlib.Path, help="write all results to this file")
    parser.add_argument("--no-programs", action="store_true", help="leave out the flag programs")
    parser.add_argument("--hooks", default=24, type=int, help="hooks of a flag program beyond one for each handler")
    parser.add_argument("charms", nargs="+", type=pathlib.Path, metavar="CHARM")
    return parser.parse_args(arguments)


def ask_oracle(charm):
    done = subprocess.run([sys.executable, HERE / "oracle.py", charm], capture_output=True, text=True, check=False,
                          timeout=ORACLE_TIMEOUT)
    if done.returncode != 0:
        raise ported.Failed(f"the oracle failed: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def root_of(charm):
    """The charm's own directory: often it is src/ of its repository."""
    charm = charm.resolve()
    return charm / "src" if (charm / "src" / "reactive").is_dir() else charm


def name_of(charm):
    return charm.parent.name if charm.name == "src" else charm.name


def identity(entry):
    return f"{entry['file']}:{entry['line']}:{entry.get('function', entry.get('name'))}"


def list_writes(oracle):
    """What each handler writes, the functions of its file that it calls included; a flag that it also sets is not
    cleared, for it is known whether a call is there and not when it is reached."""
    functions = {(path, function["name"]): function for path, entries in oracle["functions"].items() for function in entries}

    def collect(path, function, seen):
        seen.add(function["name"])
        for call in function["calls"]:
            if call["kind"] == "local" and call["name"] not in seen and (path, call["name"]) in functions:
                yield from collect(path, functions[path, call["name"]], seen)
        yield from (write[:2] for write in comparison.python_writes(function))

    writes = {}
    for path, entries in oracle["functions"].items():
        for function in entries:
            found = list(dict.fromkeys(collect(path, function, set())))
            is_set = {flag for verb, flag in found if verb != "clear"}
            writes[f"{path}:{function['line']}:{function['name']}"] = [
                ["clear" if verb == "clear" else "set", flag] for verb, flag in found if verb != "clear" or flag not in is_set]
    return writes


def make_programs(name, oracle, charm, compared):
    """The flag program of the decorators, and the one of the compiled tables; without the rows of which the report says that
    they need a hand, because the source alone does not tell them."""
    writes = list_writes(oracle)
    report = {(entry["module"], entry["name"]): entry for entry in charm.report["handlers"]}
    modules = {entry["file"]: entry["module"] for entry in charm.report["modules"]}

    def in_order_of_modules(entries, told):
        kept = [entry for entry in entries
                if not comparison.is_interface(entry["file"]) and (entry["file"], entry["line"]) not in told]
        return sorted(kept, key=lambda entry: modules.get(entry["file"], ""))

    told = compared.told | compared.told_handlers
    expected_rows = [(identity(handler), handler["conditions"]) for handler in in_order_of_modules(oracle["handlers"], told)
                     if not comparison.is_own(handler)]
    triggers = in_order_of_modules(oracle["triggers"], compared.told_triggers)

    tables = sorted(charm.tables, key=lambda table: table["module"])
    entries = [(report[table["module"], row["name"]], row["conditions"]) for table in tables
               for row in table["handlers"] if (table["module"], row["name"]) in report]
    rows = [(identity(entry), conditions) for entry, conditions in entries if (entry["file"], entry["line"]) not in told]
    own_triggers = [trigger for table in tables for trigger in table["triggers"]
                    if not compared.opaque & set(trigger.values())]
    return (programs.make_program(name, expected_rows, triggers, writes, oracle["endpoints"]),
            programs.make_program(name, rows, own_triggers, writes, oracle["endpoints"]))


def prove(charm, tools, output, n_hooks):
    """Everything about one charm, as a dictionary; `differences` is empty if nothing was lost. Without n_hooks there are no
    flag programs."""
    result = {"charm": name_of(charm), "differences": [], "counts": {}, "calls": {}, "program": {}}
    try:
        oracle = ask_oracle(charm)
        ported_charm = ported.Ported(tools, charm, output)
        with tempfile.TemporaryDirectory() as directory:
            result["differences"] += ported_charm.compile(tools, directory)
    except ported.Failed as error:
        result["differences"].append(str(error))
        return result
    result["compiles"] = not result["differences"]
    compared = comparison.Comparison(oracle, ported_charm)
    result["differences"] += compared.compare()
    result.update(counts=compared.counts, calls=comparison.call_shares(ported_charm.report),
                  calls_expected=compared.calls_expected)
    if n_hooks is not None:
        expected, found = make_programs(result["charm"], oracle, ported_charm, compared)
        if expected["handlers"]:
            differences, result["program"] = programs.prove(expected, found, tools.reactive, n_hooks)
            result["differences"] += differences
    return result


def add_up(results):
    """The totals, as one more result."""
    total = {"charm": "all", "differences": [line for result in results for line in result["differences"]],
             "compiles": all(result.get("compiles") for result in results), "counts": {}, "calls": {}, "program": {}}
    for result in results:
        for key, (found, expected) in result["counts"].items():
            before = total["counts"].get(key, (0, 0))
            total["counts"][key] = (before[0] + found, before[1] + expected)
        for kind, outcomes in result["calls"].items():
            before = total["calls"].setdefault(kind, dict.fromkeys(comparison.OUTCOMES, 0))
            for outcome, number in outcomes.items():
                before[outcome] += number
        for key, number in result["program"].items():
            total["program"][key] = total["program"].get(key, 0) + number
    return total


def show_share(outcomes):
    """The share of calls that came out as C, and in parentheses that with nothing left open in the call."""
    total = sum(outcomes.values())
    if not total:
        return "–"
    done = total - outcomes["by-hand"]
    return f"{100 * done / total:.0f} ({100 * outcomes['c'] / total:.0f}) % of {total}"


def sum_kinds(calls):
    return {outcome: sum(outcomes[outcome] for outcomes in calls.values()) for outcome in comparison.OUTCOMES}


def as_table(results):
    head = ["charm", *COLUMNS, *comparison.KINDS, "calls", "compiles", "program", "differences"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for result in [*results, add_up(results)]:
        counts = ["/".join(map(str, result["counts"].get(column, ("–", "–")))) for column in COLUMNS]
        shares = [show_share(result["calls"].get(kind, {})) for kind in comparison.KINDS]
        program = result["program"]
        ran = f"{program['invoked']}/{program['handlers']} handlers, {program['invocations']} times in " \
              f"{program['hooks']} hooks" if program else "–"
        lines.append("| " + " | ".join([result["charm"], *counts, *shares, show_share(sum_kinds(result["calls"])),
                                        "yes" if result.get("compiles") else "no", ran,
                                        str(len(result["differences"]))]) + " |")
    return "\n".join(lines)


def main(arguments):
    options = parse_arguments(arguments)
    tools = ported.Tools(options.build, SOURCE)
    results = []
    with tempfile.TemporaryDirectory() as directory:
        keep = options.keep or pathlib.Path(directory)
        keep.mkdir(parents=True, exist_ok=True)
        for charm in map(root_of, options.charms):
            results.append(prove(charm, tools, keep / name_of(charm),
                                 None if options.no_programs else options.hooks))
            for difference in results[-1]["differences"]:
                print(f"{results[-1]['charm']}: {difference}", file=sys.stderr, flush=True)
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(as_table(results))
    return 1 if any(result["differences"] for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
