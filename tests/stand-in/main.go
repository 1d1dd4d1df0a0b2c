// SPDX-License-Identifier: Apache-2.0

// Command stand-in plays Juju for tests, demonstrations and benchmarks: a Go net/rpc server that answers hook tools from a
// JSON model, and, under a tool's name, the client that Juju puts on a charm's PATH. README.md describes it.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"
)

const usage = `usage: stand-in serve --socket ADDRESS --model MODEL.json --context ID [--journal FILE] [options]
       stand-in link DIRECTORY
       TOOL [ARGUMENT]...        (under the name of a hook tool)
`

func main() {
	name := filepath.Base(os.Args[0])
	if _, known := tools[name]; known {
		os.Exit(runClient(name, os.Args[1:]))
	}
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "serve":
		err = serve(parseServeOptions(os.Args[2:]))
	case "link":
		err = link(os.Args[2:])
	default:
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "stand-in: %v\n", err)
		os.Exit(1)
	}
}

func parseServeOptions(arguments []string) *serveOptions {
	options := &serveOptions{}
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.StringVar(&options.socket, "socket", "", "path, or @name for an abstract socket")
	flags.StringVar(&options.model, "model", "", "JSON file to answer from and to write changes to")
	flags.StringVar(&options.context, "context", "", "the one context id that is accepted")
	flags.StringVar(&options.journal, "journal", "", "file to append one JSON line for each call to")
	flags.StringVar(&options.token, "token", "", "the token that requests must carry")
	flags.IntVar(&options.ids, "ids", 0, "gob type ids to use up before serving")
	flags.Int64Var(&options.cut, "cut", -1, "close each connection after so many bytes of replies")
	flags.BoolVar(&options.garbage, "garbage", false, "answer random bytes")
	flags.IntVar(&options.large, "large", 1<<20, "bytes that the tool 'large' prints")
	milliseconds := flags.Int("delay", 0, "milliseconds to wait before each reply")
	flags.Parse(arguments)
	options.delay = time.Duration(*milliseconds) * time.Millisecond
	if options.socket == "" || options.model == "" || options.context == "" || flags.NArg() != 0 {
		fmt.Fprint(os.Stderr, usage)
		flags.PrintDefaults()
		os.Exit(2)
	}
	return options
}

// link makes a symbolic link to this program for each tool.
func link(arguments []string) error {
	if len(arguments) != 1 {
		return fmt.Errorf("link: expected one directory")
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(arguments[0], 0o755); err != nil {
		return err
	}
	for _, name := range toolNames() {
		path := filepath.Join(arguments[0], name)
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(program, path); err != nil {
			return err
		}
	}
	return nil
}

func toolNames() []string {
	names := make([]string, 0, len(tools))
	for name := range tools {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
