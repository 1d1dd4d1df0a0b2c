# SPDX-License-Identifier: Apache-2.0
"""relation-set for Python charms: as Juju's does, it names its options, and reads YAML from a file or its input.

The first argument is the tool that does the rest; it reads JSON from its input alone.
"""

import json
import os
import sys

import yaml


def main():
    tool, *arguments = sys.argv[1:]
    if arguments == ["--help"]:
        print("relation-set [--app] [--file FILE] [-r ID] [key=value]...")
        return
    if "--file" in arguments:
        place = arguments.index("--file") + 1
        with sys.stdin if arguments[place] == "-" else open(arguments[place], encoding="utf-8") as source:
            settings = yaml.safe_load(source)
        assert all(value is None or isinstance(value, str) for value in settings.values()), settings
        arguments[place] = "-"
        content = os.memfd_create("settings")
        os.write(content, json.dumps(settings).encode())
        os.lseek(content, 0, os.SEEK_SET)
        os.dup2(content, 0)
    os.execv(tool, [tool, *arguments])


if __name__ == "__main__":
    main()
