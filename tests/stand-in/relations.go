// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"strings"
)

// relation finds the relation that -r names; only the number after the last ':' counts.
func (c *call) relation() (object, error) {
	text := c.options["r"] + c.options["relation"]
	if text == "" {
		return nil, badUsage("no relation id specified")
	}
	number := text[strings.LastIndex(text, ":")+1:]
	for id, value := range c.model.object("relations") {
		relation, _ := value.(map[string]any)
		if id[strings.LastIndex(id, ":")+1:] == number {
			return relation, nil
		}
	}
	return nil, badUsage("invalid value %q for option -r: relation not found", text)
}

func relationIds(c *call) error {
	endpoint := c.argument(0)
	if endpoint == "" {
		return badUsage("no endpoint name specified")
	}
	ids := []string{}
	for _, id := range c.model.object("relations").keys() {
		if strings.HasPrefix(id, endpoint+":") {
			ids = append(ids, id)
		}
	}
	return c.print(ids)
}

func relationList(c *call) error {
	relation, err := c.relation()
	if err != nil {
		return err
	}
	if c.has("app") {
		return c.print(relation.text("remote-app"))
	}
	return c.print(relation.object("units").keys())
}

func relationGet(c *call) error {
	relation, err := c.relation()
	if err != nil {
		return err
	}
	name := c.argument(1)
	var databag object
	switch {
	case name == "":
		return badUsage("no unit or application specified")
	case name == c.model.text("unit"):
		databag = relation.object("local")
	case c.has("app") && name == strings.Split(c.model.text("unit"), "/")[0]:
		databag = relation.object("local-app")
	case c.has("app"):
		databag = relation.object("app")
	default:
		databag = relation.object("units").object(name)
		if databag == nil {
			databag = relation.object("left").object(name)
		}
		if databag == nil {
			return fmt.Errorf("cannot read settings for unit %q: settings not found", name)
		}
	}
	if key := c.argument(0); key != "" && key != "-" {
		return c.print(databag[key])
	}
	if databag == nil {
		databag = object{}
	}
	return c.print(databag)
}

// relationSet shows at once, unlike Juju, which holds what is set back until the hook has succeeded.
func relationSet(c *call) error {
	relation, err := c.relation()
	if err != nil {
		return err
	}
	pairs, err := c.filePairs()
	if err != nil {
		return err
	}
	if !c.has("app") {
		c.merge(relation.ensure("local"), pairs)
		return nil
	}
	if !c.model.truth("leader") {
		return errors.New("cannot write relation settings")
	}
	c.merge(relation.ensure("local-app"), pairs)
	return nil
}
