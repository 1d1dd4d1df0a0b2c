// SPDX-License-Identifier: Apache-2.0

// Command go-peer speaks Go's own net/rpc and gob, as Juju does, to find out whether we do:
//
//	go-peer serve ADDRESS CONTEXT TOKEN [IDS]   an agent with a few tools; IDS gob type ids are used up before it answers
//	go-peer call ADDRESS                        the client of an agent: calls in, replies out, each a line of JSON
package main

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/rpc"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// Request and ExecResponse have the fields, in the order, that Juju's agent and its tools exchange.
type Request struct {
	ContextId   string
	Dir         string
	CommandName string
	Args        []string
	StdinSet    bool
	Stdin       []byte
	Token       string
}

type ExecResponse struct {
	Code   int
	Stdout []byte
	Stderr []byte
}

// Jujuc is the one service that an agent offers.
type Jujuc struct{ context, token string }

// Main runs a tool, also under the name of one of Juju's: echo prints its arguments, large as many bytes as it is told, read
// its standard input, fail nothing.
func (agent *Jujuc) Main(request Request, response *ExecResponse) error {
	if request.Token != agent.token {
		return errors.New("bad request: token does not match")
	}
	if request.ContextId != agent.context {
		return fmt.Errorf("bad request: expected context id %q, got %q", agent.context, request.ContextId)
	}
	switch request.CommandName {
	case "echo", "config-get":
		response.Stdout = []byte(strings.Join(request.Args, " "))
	case "large":
		size, _ := strconv.Atoi(request.Args[0])
		response.Stdout = bytes.Repeat([]byte("x"), size)
	case "read", "state-set":
		if !request.StdinSet {
			return errors.New("hook tool requires stdin, none supplied")
		}
		response.Stdout = request.Stdin
	case "fail", "status-set":
		response.Code, response.Stderr = 2, []byte("ERROR told to fail\n")
	default:
		return fmt.Errorf("bad request: unknown hook command: %s", request.CommandName)
	}
	return nil
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// useUpTypeIds makes the ids of the replies' types large, as in a real agent. They go to the fields of one struct, whose
// types gob numbers before it writes anything; describing them all would take a time that grows with the square.
func useUpTypeIds(count int) {
	fields := make([]reflect.StructField, count)
	for i := range fields {
		key := reflect.ArrayOf(i%256, reflect.TypeOf(false))
		value := reflect.ArrayOf(i/256, reflect.TypeOf(false))
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.MapOf(key, value)}
	}
	gob.NewEncoder(failingWriter{}).EncodeValue(reflect.New(reflect.StructOf(fields)))
}

// serve ends with its standard input.
func serve(address, context, token string, ids int) error {
	if ids > 0 {
		useUpTypeIds(ids)
	}
	if err := rpc.Register(&Jujuc{context, token}); err != nil {
		return err
	}
	listener, err := net.Listen("unix", address)
	if err != nil {
		return err
	}
	log.SetOutput(io.Discard)
	fmt.Println("ready")
	go rpc.Accept(listener)
	io.Copy(io.Discard, os.Stdin)
	return listener.Close()
}

// call sends all requests before it waits for the first reply.
func call(address string) error {
	client, err := rpc.Dial("unix", address)
	if err != nil {
		return err
	}
	defer client.Close()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	var calls []*rpc.Call
	for lines.Scan() {
		request := Request{}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			return err
		}
		calls = append(calls, client.Go("Jujuc.Main", request, &ExecResponse{}, nil))
	}
	for _, call := range calls {
		<-call.Done
		reply := map[string]any{"response": call.Reply, "error": nil}
		if call.Error != nil {
			reply["error"] = call.Error.Error()
		}
		if err := json.NewEncoder(os.Stdout).Encode(reply); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	arguments := append(os.Args[1:], "", "", "", "", "")
	err := errors.New("usage: go-peer serve ADDRESS CONTEXT TOKEN [IDS] | call ADDRESS")
	switch arguments[0] {
	case "serve":
		ids, _ := strconv.Atoi(arguments[4])
		err = serve(arguments[1], arguments[2], arguments[3], ids)
	case "call":
		err = call(arguments[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
