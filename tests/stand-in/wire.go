// SPDX-License-Identifier: Apache-2.0

package main

import "errors"

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

// errNoStdin makes a client read its standard input and call again.
var errNoStdin = errors.New("hook tool requires stdin, none supplied")
