# SPDX-License-Identifier: Apache-2.0
"""`reactive agent` and the command under the names of hook tools; and both against Go's own net/rpc and gob."""

import base64
import json
import os
import signal
import socket
import subprocess

import pytest

import hostile

CONTEXT = "web-0-1234"
MODEL = {"unit": "web/0", "leader": True, "config": {"greeting": "hi", "large": "x" * 300_000},
         "relations": {"db:1": {"units": {"mysql/0": {"host": "h"}}}}}
GO_TOKEN = "secret"


class Agent:
    """A server, and the tools to ask it."""

    def __init__(self, reactive, directory, *options, model=None):
        self.reactive = reactive
        self.socket = directory / "agent.socket"
        self.model_file = directory / "model.json"
        self.journal = directory / "journal"
        self.tools = directory / "tools"
        self.write({**MODEL, **(model or {})})
        subprocess.run([reactive, "agent", "--link", self.tools], check=True)
        self.server = subprocess.Popen([reactive, "agent", "--socket", self.socket, "--model", self.model_file,
                                        "--context", CONTEXT, "--journal", self.journal, *options],
                                       stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n"

    def write(self, model):
        new = self.model_file.with_suffix(".mine")
        new.write_text(json.dumps(model), encoding="utf-8")
        new.rename(self.model_file)

    def read(self):
        return json.loads(self.model_file.read_text(encoding="utf-8"))

    def calls(self):
        return [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines()]

    def stop(self, number=signal.SIGTERM):
        self.server.send_signal(number)
        code = self.server.wait(timeout=60)
        self.server.stdout.close()
        return code

    def run(self, tool, *arguments, **options):
        return run_tool(self.tools / tool, *arguments, address=self.socket, **options)

    def say(self, tool, *arguments, **options):
        result = self.run(tool, *arguments, **options)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout


def run_tool(program, *arguments, address=None, text_in=None, **variables):
    environment = {"JUJU_CONTEXT_ID": CONTEXT, "JUJU_AGENT_SOCKET_NETWORK": "unix",
                   "JUJU_AGENT_SOCKET_ADDRESS": str(address), **variables}
    environment |= {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    where = {"input": text_in} if text_in is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run([program, *arguments], env={name: value for name, value in environment.items() if value is not None},
                          capture_output=True, text=True, check=False, timeout=60, **where)


@pytest.fixture(name="agent")
def fixture_agent(reactive, tmp_path):
    agent = Agent(reactive, tmp_path)
    yield agent
    assert agent.stop() == 0
    assert not agent.socket.exists()


# The tools


def test_tools_print_what_the_agent_answers(agent):
    assert agent.say("config-get", "greeting") == "hi\n"
    assert agent.say("is-leader", "--format=json") == "true\n"
    assert agent.say("config-get", "large") == "x" * 300_000 + "\n"
    failed = agent.run("status-set", "odd")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == 'ERROR invalid status "odd", expected one of [maintenance blocked waiting active]\n'


def test_tools_send_their_input_only_when_it_is_asked_for(agent):
    agent.say("relation-set", "-r", "1", "a=b")
    agent.say("relation-set", "-r", "1", "--file", "-", text_in="c: 'd e'\n")
    assert agent.read()["relations"]["db:1"]["local"] == {"a": "b", "c": "d e"}
    assert [(call["stdin"], call["code"], call.get("error")) for call in agent.calls()] == [
        (None, 0, None), (None, 1, "hook tool requires stdin, none supplied"), ("c: 'd e'\n", 0, None)]


def test_files_of_tools_are_relative_to_where_they_run(agent, tmp_path):
    (tmp_path / "settings.yaml").write_text("k: v\n", encoding="utf-8")
    command = f"cd {tmp_path} && exec {agent.tools}/relation-set -r 1 --file settings.yaml"
    assert run_tool("/bin/sh", "-c", command, address=agent.socket).returncode == 0
    assert agent.read()["relations"]["db:1"]["local"] == {"k": "v"}


@pytest.mark.parametrize("variables, message", [
    ({"JUJU_CONTEXT_ID": None}, "JUJU_CONTEXT_ID not set"),
    ({"JUJU_AGENT_SOCKET_ADDRESS": None}, "JUJU_AGENT_SOCKET_ADDRESS not set"),
    ({"JUJU_AGENT_SOCKET_NETWORK": None}, "JUJU_AGENT_SOCKET_NETWORK not set"),
    ({"JUJU_AGENT_SOCKET_NETWORK": "tcp"}, "cannot reach an agent over 'tcp', but over a unix socket alone"),
    ({"JUJU_AGENT_SOCKET_ADDRESS": "/nonexistent/agent.socket"}, "/nonexistent/agent.socket: cannot connect"),
    ({"JUJU_CONTEXT_ID": "web-0-1"}, f'bad request: expected context id "{CONTEXT}", got "web-0-1"'),
    ({"JUJU_AGENT_TOKEN": "x"}, "bad request: token does not match"),
])
def test_tools_say_why_they_reach_nobody(agent, variables, message):
    result = agent.run("is-leader", **variables)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"ERROR {message}")


def test_a_tool_that_this_juju_lacks_is_a_bad_request(agent):
    agent.write({**MODEL, "missing-tools": ["leader-get"]})
    result = agent.run("leader-get")
    assert (result.returncode, result.stderr) == (1, "ERROR bad request: unknown hook command: leader-get\n")


def test_tools_survive_a_hostile_agent(agent, tmp_path):
    for n_bytes in (0, 1, 60, 100):
        with hostile.cutting_agent(agent.socket, tmp_path / f"cut-{n_bytes}", n_bytes) as address:
            result = run_tool(agent.tools / "is-leader", address=address)
        assert result.returncode == 1
        assert "closed its socket" in result.stderr
    with hostile.babbling_agent(tmp_path / "babbling") as address:
        result = run_tool(agent.tools / "is-leader", address=address)
    assert result.returncode == 1
    assert "malformed reply" in result.stderr


# The agent


def test_what_tools_change_is_written_at_once(agent):
    agent.say("status-set", "active", "it works")
    agent.say("open-port", "80")
    assert agent.read() == {**MODEL, "status": {"status": "active", "message": "it works"}, "ports": ["80/tcp"]}


def test_a_file_that_was_replaced_is_read_again(agent):
    assert agent.say("config-get", "greeting") == "hi\n"
    agent.write({**MODEL, "config": {"greeting": "bye"}})
    assert agent.say("config-get", "greeting") == "bye\n"


def test_a_file_that_cannot_be_read_refuses_calls_until_it_can(agent):
    agent.model_file.write_text('{"unit": 1}', encoding="utf-8")
    result = agent.run("is-leader")
    assert result.returncode == 1
    assert f"ERROR {agent.model_file}:1:10: unit: expected a string, got an integer" in result.stderr
    agent.write(MODEL)
    assert agent.say("is-leader") == "True\n"


def test_many_tools_at_once(agent):
    tools = [subprocess.Popen([agent.tools / "state-set", f"k{number}={number}"],
                              env={**os.environ, "JUJU_CONTEXT_ID": CONTEXT, "JUJU_AGENT_SOCKET_NETWORK": "unix",
                                   "JUJU_AGENT_SOCKET_ADDRESS": str(agent.socket)}) for number in range(20)]
    assert [tool.wait(timeout=60) for tool in tools] == [0] * 20
    assert agent.read()["state"] == {f"k{number}": str(number) for number in range(20)}


def test_connections_that_are_no_clients_do_no_harm(agent):
    for data in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100, b"\x00" * 100, b"\xfc\x7f\xff\xff\xff" + b"x" * 1000):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(agent.socket))
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
    assert agent.say("is-leader") == "True\n"


def test_an_abstract_address(reactive, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    subprocess.run([reactive, "agent", "--link", tmp_path], check=True)
    address = f"@reactive-test-{os.getpid()}"
    command = [reactive, "agent", "--socket", address, "--model", tmp_path / "model.json", "--context", CONTEXT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout.readline() == "ready\n"
        assert run_tool(tmp_path / "config-get", "greeting", address=address).stdout == "hi\n"
        server.terminate()
        assert server.wait(timeout=60) == 0


def test_interrupting_it_is_a_good_end(reactive, tmp_path):
    assert Agent(reactive, tmp_path).stop(signal.SIGINT) == 0


@pytest.mark.parametrize("arguments, code, message", [
    ([], 2, "--socket, --model and --context are needed, or --link"),
    (["--socket", "s", "--model", "m"], 2, "--socket, --model and --context are needed"),
    (["extra"], 2, "unexpected argument 'extra'"),
    (["--socket", "s", "--model", "/nonexistent", "--context", "c"], 3, "/nonexistent: cannot be opened"),
    (["--socket", "s", "--model", "bad.json", "--context", "c"], 5, "bad.json:1:2:"),
    (["--socket", "none/s", "--model", "good.json", "--context", "c"], 1, "none/s: cannot listen there"),
    (["--socket", "x" * 200, "--model", "good.json", "--context", "c"], 1, "longer than"),
    (["--socket", "good.json", "--model", "good.json", "--context", "c"], 1, "good.json: cannot listen there"),
    (["--socket", "s", "--model", "good.json", "--context", "c", "--journal", "none/j"], 1, "none/j: cannot be written"),
    (["--link", "good.json"], 1, "good.json"),
])
def test_wrong_use_is_told(reactive, tmp_path, arguments, code, message):
    (tmp_path / "good.json").write_text("{}", encoding="utf-8")
    (tmp_path / "bad.json").write_text("{,}", encoding="utf-8")
    result = subprocess.run([reactive, "agent", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (code, "")
    assert message in result.stderr
    assert (tmp_path / "good.json").read_text(encoding="utf-8") == "{}"


# Go


def request(tool, *arguments, **members):
    return {"ContextId": CONTEXT, "Dir": "/", "CommandName": tool, "Args": arguments, **members}


def call_from_go(go_peer, agent, requests):
    """Go's client sends all of them before it waits for the first reply. Returns: (error, code, stdout, stderr)."""
    lines = "".join(json.dumps(one) + "\n" for one in requests)
    result = subprocess.run([go_peer, "call", agent.socket], input=lines, capture_output=True, text=True, check=True)
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    return [(reply["error"], reply["response"]["Code"], decode(reply["response"]["Stdout"]),
             decode(reply["response"]["Stderr"])) for reply in replies]


def decode(text):
    return base64.b64decode(text or "").decode()


def test_gos_client_understands_our_agent(go_peer, agent):
    replies = call_from_go(go_peer, agent, [
        request("config-get", "greeting"),
        request("status-set", "odd"),
        request("relation-set", "-r", "1", "--file", "-"),
        request("relation-set", "-r", "1", "--file", "-", StdinSet=True, Stdin="aTogdg=="),  # "i: v"
        request("relation-get", "-r", "1", "i", "web/0"),
        request("no-such-tool"),
        request("config-get", "large"),
        request("is-leader", ContextId="other"),
        request("is-leader", Dir="here"),
        request("is-leader", Token="x"),
        request(""),
        request("is-leader"),
    ])
    assert replies == [
        (None, 0, "hi\n", ""),
        (None, 2, "", 'ERROR invalid status "odd", expected one of [maintenance blocked waiting active]\n'),
        ("hook tool requires stdin, none supplied", 0, "", ""),
        (None, 0, "", ""),
        (None, 0, "v\n", ""),
        ("bad request: unknown hook command: no-such-tool", 0, "", ""),
        (None, 0, "x" * 300_000 + "\n", ""),
        (f'bad request: expected context id "{CONTEXT}", got "other"', 0, "", ""),
        ("bad request: Dir is not absolute", 0, "", ""),
        ("bad request: token does not match", 0, "", ""),
        ("bad request: command not specified", 0, "", ""),
        (None, 0, "True\n", ""),
    ]


def test_a_thousand_pipelined_calls_of_go_are_answered_in_their_order(go_peer, agent):
    replies = call_from_go(go_peer, agent, [request("state-set", f"k={number}") if number % 2 else request("state-get", "k")
                                            for number in range(1000)])
    assert [reply[2] for reply in replies[0::2]] == [""] + [f"{number}\n" for number in range(1, 998, 2)]


@pytest.fixture(name="go_agent")
def fixture_go_agent(go_peer, tmp_path):
    """The address of an agent in Go."""
    address = tmp_path / "go.socket"
    command = [go_peer, "serve", address, CONTEXT, GO_TOKEN, "300"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout.readline() == "ready\n"
        yield address
        server.stdin.close()
        assert server.wait(timeout=60) == 0


def link(reactive, directory, name):
    path = directory / name
    path.symlink_to(reactive)
    return path


def test_our_tools_understand_gos_agent(reactive, go_agent, tmp_path):
    def run(tool, *arguments, token=GO_TOKEN, **options):
        result = run_tool(link(reactive, tmp_path, tool), *arguments, address=go_agent, JUJU_AGENT_TOKEN=token, **options)
        (tmp_path / tool).unlink()
        return result.returncode, result.stdout, result.stderr

    assert run("config-get", "a", "ü b") == (0, "a ü b", "")
    assert run("state-set", text_in="x\ny\n") == (0, "x\ny\n", "")
    assert run("state-set", text_in="") == (0, "", "")
    assert run("status-set") == (2, "", "ERROR told to fail\n")
    assert run("is-leader") == (1, "", "ERROR bad request: unknown hook command: is-leader\n")
    assert run("config-get", token="other") == (1, "", "ERROR bad request: token does not match\n")
