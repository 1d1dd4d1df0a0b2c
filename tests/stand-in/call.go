// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// tool describes a hook tool: which options it takes (true: with a value), and what it does.
type tool struct {
	options map[string]bool
	prints  bool // takes --format
	run     func(*call) error
}

// call is one run of a tool.
type call struct {
	request   Request
	model     object
	large     int
	options   map[string]string
	arguments []string
	changed   bool // the model must be written back

	code           int
	output, errors []byte
}

// usageError is a complaint about flags or arguments, which ends a tool with exit code 2; other errors end it with 1.
type usageError string

func (e usageError) Error() string { return string(e) }

func badUsage(format string, values ...any) error {
	return usageError(fmt.Sprintf(format, values...))
}

// run fails only where the RPC itself does; failures of the tool become its exit code and standard error.
func (c *call) run(t tool) error {
	err := c.parse(t)
	if err == nil {
		err = t.run(c)
	}
	if errors.Is(err, errNoStdin) {
		return err
	}
	if err != nil {
		var usage usageError
		c.code = 1
		if errors.As(err, &usage) {
			c.code = 2
		}
		c.output, c.errors = nil, []byte("ERROR "+err.Error()+"\n")
	}
	return nil
}

// parse separates options from arguments. Options may stand anywhere before a "--", with one dash or two.
func (c *call) parse(t tool) error {
	c.options = map[string]string{}
	words := c.request.Args
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" {
			c.arguments = append(c.arguments, words[i+1:]...)
			return nil
		}
		if len(word) < 2 || word[0] != '-' {
			c.arguments = append(c.arguments, word)
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
		takesValue, known := t.options[name]
		if t.prints && name == "format" {
			takesValue, known = true, true
		}
		if !known {
			return badUsage("option provided but not defined: %s", word)
		}
		if takesValue && !hasValue {
			if i++; i == len(words) {
				return badUsage("option needs an argument: %s", word)
			}
			value = words[i]
		}
		c.options[name] = value
	}
	return nil
}

func (c *call) has(name string) bool {
	_, present := c.options[name]
	return present
}

// argument returns the argument at index, "" if there are fewer.
func (c *call) argument(index int) string {
	if index < len(c.arguments) {
		return c.arguments[index]
	}
	return ""
}

// print writes the answer in the form asked for.
func (c *call) print(value any) error {
	switch format := c.options["format"]; format {
	case "json":
		return c.printJSON(value)
	case "", "smart", "yaml":
		return c.printSmart(value)
	default:
		return badUsage("invalid value %q for option --format: unknown format %q", format, format)
	}
}

func (c *call) printJSON(value any) error {
	text, err := json.Marshal(value)
	c.output = append(text, '\n')
	return err
}

// printSmart is exact for what scripts read (nothing, strings, truths, lists of strings); the rest is JSON, which is YAML.
func (c *call) printSmart(value any) error {
	switch value := value.(type) {
	case nil:
	case string:
		if value != "" {
			c.output = []byte(value + "\n")
		}
	case bool:
		c.output = []byte(map[bool]string{false: "False\n", true: "True\n"}[value])
	case []string:
		if len(value) > 0 {
			c.output = []byte(strings.Join(value, "\n") + "\n")
		}
	default:
		return c.printJSON(value)
	}
	return nil
}

// pairs reads key=value arguments; Juju strips white space around both unless it says otherwise.
func (c *call) pairs() (map[string]string, error) {
	pairs := map[string]string{}
	for _, word := range c.arguments {
		key, value, found := strings.Cut(word, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !found || key == "" {
			return nil, badUsage("expected \"key=value\", got %q", word)
		}
		if _, twice := pairs[key]; twice {
			return nil, badUsage("key %q specified more than once", key)
		}
		pairs[key] = value
	}
	return pairs, nil
}

// plainLine is a line of the YAML that Python charms write for short values: "key: value" or "key: 'value'".
var plainLine = regexp.MustCompile(`^([\w.-]+): (?:'([^']*)'|([\w./-]+))$`)

// readContent reads a JSON object, or lines of plain YAML.
func readContent(text []byte) (map[string]any, error) {
	var content map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&content)
	if err == nil {
		return content, nil
	}
	content = map[string]any{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		match := plainLine.FindStringSubmatch(line)
		if match == nil {
			return nil, err
		}
		content[match[1]] = match[2] + match[3]
	}
	return content, nil
}

// filePairs adds the pairs of --file -, below those of the arguments.
func (c *call) filePairs() (map[string]string, error) {
	pairs, err := c.pairs()
	if err != nil || !c.has("file") {
		return pairs, err
	}
	if c.options["file"] != "-" {
		return nil, errors.New("stand-in reads --file from standard input alone")
	}
	if !c.request.StdinSet {
		return nil, errNoStdin
	}
	content, err := readContent(c.request.Stdin)
	if err != nil {
		return nil, err
	}
	for key, value := range content {
		if _, overridden := pairs[key]; overridden {
			continue
		}
		if value == nil {
			value = ""
		}
		pairs[key] = fmt.Sprint(value)
	}
	return pairs, nil
}

// merge writes pairs into target; an empty value deletes.
func (c *call) merge(target object, pairs map[string]string) {
	for key, value := range pairs {
		if value == "" {
			delete(target, key)
		} else {
			target[key] = value
		}
	}
	c.changed = c.changed || len(pairs) > 0
}
