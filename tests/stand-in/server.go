// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/rpc"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"time"
)

type serveOptions struct {
	socket, model, context, journal, token string
	ids, large                             int
	cut                                    int64
	garbage                                bool
	delay                                  time.Duration
}

// Jujuc is the one RPC service that an agent offers to hook tools.
type Jujuc struct {
	mutex   sync.Mutex
	options *serveOptions
	store   *modelFile
	journal *os.File
}

func serve(options *serveOptions) error {
	service := &Jujuc{options: options, store: &modelFile{path: options.model}}
	if _, err := service.store.load(); err != nil {
		return err
	}
	if options.journal != "" {
		var err error
		service.journal, err = os.OpenFile(options.journal, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
	}
	useUpTypeIds(options.ids)

	server := rpc.NewServer()
	if err := server.Register(service); err != nil {
		return err
	}
	if !strings.HasPrefix(options.socket, "@") {
		os.Remove(options.socket)
	}
	listener, err := net.Listen("unix", options.socket)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-stop
		listener.Close() // also removes the socket file
	}()
	fmt.Println("ready")
	return accept(listener, server, options)
}

func accept(listener net.Listener, server *rpc.Server, options *serveOptions) error {
	for {
		connection, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case options.garbage:
			go answerGarbage(connection)
		case options.cut >= 0:
			go server.ServeConn(&cutConnection{Conn: connection, left: options.cut})
		default:
			go server.ServeConn(connection)
		}
	}
}

// Main runs one hook tool.
func (service *Jujuc) Main(request Request, response *ExecResponse) error {
	service.mutex.Lock()
	defer service.mutex.Unlock()

	time.Sleep(service.options.delay)
	err := service.run(request, response)
	service.record(request, response, err)
	return err
}

func (service *Jujuc) run(request Request, response *ExecResponse) error {
	if request.ContextId != service.options.context {
		return fmt.Errorf("bad request: expected context id %q, got %q", service.options.context, request.ContextId)
	}
	if request.Token != service.options.token {
		return errors.New("bad request: token does not match")
	}
	if !strings.HasPrefix(request.Dir, "/") {
		return errors.New("bad request: Dir is not absolute")
	}
	if request.CommandName == "" {
		return errors.New("bad request: command not specified")
	}
	model, err := service.store.load()
	if err != nil {
		return err
	}
	if canned := model.object("fail").object(request.CommandName); canned != nil {
		return answerCanned(canned, response)
	}
	tool, known := tools[request.CommandName]
	if !known || model.lists("missing-tools", request.CommandName) {
		return fmt.Errorf("bad request: unknown hook command: %s", request.CommandName)
	}
	call := &call{request: request, model: model, large: service.options.large}
	if err := call.run(tool); err != nil {
		return err
	}
	*response = ExecResponse{Code: call.code, Stdout: call.output, Stderr: call.errors}
	if call.changed {
		return service.store.save(model)
	}
	return nil
}

// answerCanned gives the reply that the model prescribes in place of a tool's own.
func answerCanned(canned object, response *ExecResponse) error {
	if text := canned.text("error"); text != "" {
		return errors.New(text)
	}
	if code, ok := canned["code"].(json.Number); ok {
		value, _ := code.Int64()
		response.Code = int(value)
	}
	response.Stdout = []byte(canned.text("stdout"))
	response.Stderr = []byte(canned.text("stderr"))
	return nil
}

func (service *Jujuc) record(request Request, response *ExecResponse, err error) {
	if service.journal == nil {
		return
	}
	line := struct {
		Tool  string   `json:"tool"`
		Args  []string `json:"args"`
		Stdin *string  `json:"stdin"`
		Code  int      `json:"code"`
		Error string   `json:"error,omitempty"`
	}{Tool: request.CommandName, Args: request.Args, Code: response.Code}
	if line.Args == nil {
		line.Args = []string{}
	}
	if request.StdinSet {
		text := string(request.Stdin)
		line.Stdin = &text
	}
	if err != nil {
		line.Code, line.Error = 1, err.Error()
	}
	text, _ := json.Marshal(line)
	service.journal.Write(append(text, '\n'))
}

// useUpTypeIds makes gob give away at least count type ids, so that those of the replies are large, as in a real agent.
// They go to the fields of one large struct: gob numbers the fields' types when it first sees the struct, and the encoder,
// whose writer fails, gives up before it describes each of them, which would take it a time that grows with the square.
func useUpTypeIds(count int) {
	fields := make([]reflect.StructField, count)
	for i := range fields {
		key := reflect.ArrayOf(i%256, reflect.TypeOf(false))
		value := reflect.ArrayOf(i/256, reflect.TypeOf(false))
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: reflect.MapOf(key, value)}
	}
	if count > 0 {
		gob.NewEncoder(failingWriter{}).EncodeValue(reflect.New(reflect.StructOf(fields)))
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// answerGarbage sends random bytes for whatever comes in.
func answerGarbage(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, 4096)
	for {
		if _, err := connection.Read(buffer); err != nil {
			return
		}
		rand.Read(buffer)
		if _, err := connection.Write(buffer); err != nil {
			return
		}
	}
}

// cutConnection closes itself once it has written so many bytes.
type cutConnection struct {
	net.Conn
	left int64
}

func (connection *cutConnection) Write(data []byte) (int, error) {
	if int64(len(data)) < connection.left {
		connection.left -= int64(len(data))
		return connection.Conn.Write(data)
	}
	connection.Conn.Write(data[:connection.left])
	connection.left = 0
	connection.Conn.Close()
	return 0, io.ErrClosedPipe
}
