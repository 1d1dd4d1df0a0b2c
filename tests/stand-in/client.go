// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"net/rpc"
	"os"
)

// runClient is what a charm executes as a hook tool; it returns the exit code.
func runClient(name string, arguments []string) int {
	response, err := callAgent(name, arguments)
	if err != nil {
		fmt.Fprintf(os.Stderr, "ERROR %v\n", err)
		return 1
	}
	os.Stdout.Write(response.Stdout)
	os.Stderr.Write(response.Stderr)
	return response.Code
}

func callAgent(name string, arguments []string) (*ExecResponse, error) {
	context, err := environment("JUJU_CONTEXT_ID")
	if err != nil {
		return nil, err
	}
	address, err := environment("JUJU_AGENT_SOCKET_ADDRESS")
	if err != nil {
		return nil, err
	}
	network, err := environment("JUJU_AGENT_SOCKET_NETWORK")
	if err != nil {
		return nil, err
	}
	directory, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	client, err := rpc.Dial(network, address)
	if err != nil {
		return nil, err
	}
	defer client.Close()

	request := Request{ContextId: context, Dir: directory, CommandName: name, Args: arguments,
		Token: os.Getenv("JUJU_AGENT_TOKEN")}
	var response ExecResponse
	err = client.Call("Jujuc.Main", request, &response)
	if err != nil && err.Error() == errNoStdin.Error() {
		request.StdinSet = true
		if request.Stdin, err = io.ReadAll(os.Stdin); err != nil {
			return nil, err
		}
		err = client.Call("Jujuc.Main", request, &response)
	}
	return &response, err
}

func environment(name string) (string, error) {
	value := os.Getenv(name)
	if value == "" {
		return "", fmt.Errorf("%s not set", name)
	}
	return value, nil
}
