// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

var tools map[string]tool

// The table refers to functions that lead back to it, so it is filled at start.
func init() {
	tools = map[string]tool{
		"action-fail":             {run: actionFail},
		"action-get":              {run: actionGet, prints: true},
		"action-log":              {run: actionLog},
		"action-set":              {run: actionSet},
		"application-version-set": {run: versionSet},
		"close-port":              {run: closePort, options: map[string]bool{"endpoints": true}},
		"config-get":              {run: configGet, prints: true, options: map[string]bool{"all": false, "a": false}},
		"is-leader":               {run: isLeader, prints: true},
		"juju-log":                {run: jujuLog, options: map[string]bool{"debug": false, "l": true, "log-level": true}},
		"large":                   {run: large},
		"leader-get":              {run: leaderGet, prints: true},
		"leader-set":              {run: leaderSet},
		"network-get": {run: networkGet, prints: true, options: map[string]bool{"r": true, "relation": true,
			"bind-address": false, "ingress-address": false, "egress-subnets": false, "primary-address": false}},
		"open-port":    {run: openPort, options: map[string]bool{"endpoints": true}},
		"opened-ports": {run: openedPorts, prints: true, options: map[string]bool{"endpoints": false}},
		"relation-get": {run: relationGet, prints: true, options: map[string]bool{"r": true, "relation": true,
			"app": false}},
		"relation-ids": {run: relationIds, prints: true},
		"relation-list": {run: relationList, prints: true, options: map[string]bool{"r": true, "relation": true,
			"app": false}},
		"relation-set": {run: relationSet, prints: true, options: map[string]bool{"r": true, "relation": true,
			"app": false, "file": true}},
		"state-delete": {run: stateDelete},
		"state-get":    {run: stateGet, prints: true, options: map[string]bool{"strict": false}},
		"state-set":    {run: stateSet, options: map[string]bool{"file": true}},
		"status-get": {run: statusGet, prints: true, options: map[string]bool{"include-data": false,
			"application": false}},
		"status-set": {run: statusSet, options: map[string]bool{"application": false}},
		"unit-get":   {run: unitGet, prints: true},
	}
}

func configGet(c *call) error {
	config, key := c.model.ensure("config"), c.argument(0)
	all := c.has("all") || c.has("a")
	if key != "" && all {
		return badUsage("cannot use argument --all together with key %q", key)
	}
	if key != "" {
		return c.print(config[key])
	}
	options := object{}
	for name, value := range config {
		if all || value != nil {
			options[name] = value
		}
	}
	return c.print(options)
}

func isLeader(c *call) error {
	return c.print(c.model.truth("leader"))
}

func leaderGet(c *call) error {
	key := c.argument(0)
	if strings.Contains(key, "=") {
		return badUsage("invalid key %q", key)
	}
	if key != "" && key != "-" {
		return c.print(c.model.object("leader-settings")[key])
	}
	return c.print(c.model.ensure("leader-settings"))
}

func leaderSet(c *call) error {
	pairs, err := c.pairs()
	if err != nil {
		return err
	}
	if !c.model.truth("leader") {
		return errors.New("cannot write leadership settings: cannot write settings: not the leader")
	}
	c.merge(c.model.ensure("leader-settings"), pairs)
	return nil
}

func statusGet(c *call) error {
	if !c.has("application") {
		return c.print(statusValue(c.model.object("status"), c.has("include-data")))
	}
	if !c.model.truth("leader") {
		return errors.New("finding application status: this unit is not the leader")
	}
	status := statusValue(c.model.object("application-status"), c.has("include-data"))
	return c.print(object{"application-status": status, "units": object{}})
}

func statusValue(status object, withData bool) object {
	value := object{"status": "unknown"}
	if text := status.text("status"); text != "" {
		value["status"] = text
	}
	if withData {
		value["message"], value["status-data"] = status.text("message"), object{}
	}
	return value
}

func statusSet(c *call) error {
	if len(c.arguments) < 1 || len(c.arguments) > 2 {
		return badUsage("invalid args, require <status> [message]")
	}
	switch status := c.arguments[0]; status {
	case "maintenance", "blocked", "waiting", "active":
	default:
		return badUsage("invalid status %q, expected one of [maintenance blocked waiting active]", status)
	}
	key := "status"
	if c.has("application") {
		key = "application-status"
		if !c.model.truth("leader") {
			return errors.New("this unit is not the leader")
		}
	}
	c.model[key] = object{"status": c.arguments[0], "message": c.argument(1)}
	c.changed = true
	return nil
}

func versionSet(c *call) error {
	if len(c.arguments) == 0 {
		return badUsage("no version specified")
	}
	c.model["application-version"] = c.arguments[0]
	c.changed = true
	return nil
}

func jujuLog(c *call) error {
	if len(c.arguments) == 0 {
		return badUsage("no message specified")
	}
	return nil
}

func (c *call) action() (object, error) {
	if action := c.model.object("action"); action != nil {
		return action, nil
	}
	return nil, errors.New("not running an action")
}

func actionGet(c *call) error {
	action, err := c.action()
	if err != nil {
		return err
	}
	if len(c.arguments) == 0 {
		return c.print(action.ensure("params"))
	}
	var value any = map[string]any(action.object("params"))
	for _, part := range strings.Split(c.arguments[0], ".") {
		parent, _ := value.(map[string]any)
		value = parent[part]
	}
	return c.print(value)
}

var actionKey = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func actionSet(c *call) error {
	action, err := c.action()
	if err != nil {
		return err
	}
	for _, word := range c.arguments {
		path, value, found := strings.Cut(word, "=")
		if !found {
			return badUsage("argument %q must be of the form key...=value", word)
		}
		switch path {
		case "stdout", "stderr", "stdout-encoding", "stderr-encoding":
			return badUsage("cannot set reserved action key %q", path)
		}
		parts := strings.Split(path, ".")
		for _, part := range parts {
			if !actionKey.MatchString(part) {
				return badUsage("key %q must start and end with lowercase alphanumeric, and contain only lowercase "+
					"alphanumeric and hyphens", part)
			}
		}
		results := action.ensure("results")
		for _, part := range parts[:len(parts)-1] {
			results = results.ensure(part)
		}
		results[parts[len(parts)-1]] = value
		c.changed = true
	}
	return nil
}

func actionFail(c *call) error {
	action, err := c.action()
	if err != nil {
		return err
	}
	action["failed"] = true
	action["message"] = "action failed without reason given, check action for errors"
	if message := c.argument(0); message != "" {
		action["message"] = message
	}
	c.changed = true
	return nil
}

func actionLog(c *call) error {
	action, err := c.action()
	if err != nil {
		return err
	}
	if len(c.arguments) == 0 {
		return badUsage("no message specified")
	}
	action["log"] = append(action.list("log"), strings.Join(c.arguments, " "))
	c.changed = true
	return nil
}

func networkGet(c *call) error {
	binding := c.argument(0)
	if binding == "" {
		return badUsage("no arguments specified")
	}
	network := c.model.object("networks").object(binding)
	if network == nil {
		return fmt.Errorf("no network config found for binding %q", binding)
	}
	answer := object{}
	if c.has("bind-address") || c.has("primary-address") {
		answer["bind-address"] = firstBindAddress(network)
	}
	if c.has("ingress-address") {
		answer["ingress-address"] = ""
		if addresses := network.list("ingress-addresses"); len(addresses) > 0 {
			answer["ingress-address"] = addresses[0]
		}
	}
	if c.has("egress-subnets") {
		answer["egress-subnets"] = network.list("egress-subnets")
	}
	switch len(answer) {
	case 0:
		return c.print(network)
	case 1:
		return c.print(answer[answer.keys()[0]])
	}
	return c.print(answer)
}

func firstBindAddress(network object) string {
	for _, device := range network.list("bind-addresses") {
		fields, _ := device.(map[string]any)
		for _, address := range object(fields).list("addresses") {
			value, _ := address.(map[string]any)
			return object(value).text("value")
		}
	}
	return ""
}

func unitGet(c *call) error {
	setting := c.argument(0)
	switch setting {
	case "":
		return badUsage("no setting specified")
	case "private-address", "public-address":
	default:
		return badUsage("unknown setting %q", setting)
	}
	address := c.model.text(setting)
	if address == "" {
		return fmt.Errorf("%s not found", strings.ReplaceAll(setting, "-", " "))
	}
	return c.print(address)
}

// portRange brings "80", "80/tcp", "8000-8010/udp" and "icmp" into the form in which Juju lists them.
func (c *call) portRange() (string, error) {
	text := strings.ToLower(c.argument(0))
	if text == "" {
		return "", badUsage("no port or range specified")
	}
	if text == "icmp" {
		return text, nil
	}
	numbers, protocol, found := strings.Cut(text, "/")
	if !found {
		protocol = "tcp"
	}
	from, to, isRange := strings.Cut(numbers, "-")
	if !isRange {
		to = from
	}
	first, firstErr := strconv.Atoi(from)
	last, lastErr := strconv.Atoi(to)
	if firstErr != nil || lastErr != nil || first < 1 || last > 65535 || first > last {
		return "", badUsage("expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got %q", text)
	}
	if protocol != "tcp" && protocol != "udp" {
		return "", badUsage("protocol must be \"tcp\", \"udp\", or \"icmp\"; got %q", protocol)
	}
	return numbers + "/" + protocol, nil
}

func (c *call) setPort(open bool) error {
	port, err := c.portRange()
	if err != nil {
		return err
	}
	if open == c.model.lists("ports", port) {
		return nil
	}
	ports := []any{}
	for _, other := range c.model.list("ports") {
		if other != port {
			ports = append(ports, other)
		}
	}
	if open {
		ports = append(ports, port)
	}
	c.model["ports"] = ports
	c.changed = true
	return nil
}

func openPort(c *call) error  { return c.setPort(true) }
func closePort(c *call) error { return c.setPort(false) }

func openedPorts(c *call) error {
	ports := []string{}
	for _, port := range c.model.list("ports") {
		text := fmt.Sprint(port)
		if c.has("endpoints") {
			text += " (*)"
		}
		ports = append(ports, text)
	}
	sort.Strings(ports)
	return c.print(ports)
}

func stateGet(c *call) error {
	state, key := c.model.ensure("state"), c.argument(0)
	if key == "" || key == "-" {
		return c.print(state)
	}
	value, found := state[key]
	if !found && c.has("strict") {
		return fmt.Errorf("%q not found", key)
	}
	if !found {
		value = ""
	}
	return c.print(value)
}

func stateSet(c *call) error {
	pairs, err := c.filePairs()
	if err != nil {
		return err
	}
	c.merge(c.model.ensure("state"), pairs)
	return nil
}

func stateDelete(c *call) error {
	delete(c.model.ensure("state"), c.argument(0))
	c.changed = true
	return nil
}

// large prints as many bytes as the server was told to, or as its argument says.
func large(c *call) error {
	size := c.large
	if text := c.argument(0); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 0 {
			return badUsage("invalid size %q", text)
		}
	}
	c.output = bytes.Repeat([]byte("x"), size)
	return nil
}
