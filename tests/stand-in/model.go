// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sort"
)

// object is a JSON object; reading from a nil one finds nothing.
type object map[string]any

func (o object) text(key string) string {
	text, _ := o[key].(string)
	return text
}

func (o object) truth(key string) bool {
	truth, _ := o[key].(bool)
	return truth
}

func (o object) object(key string) object {
	switch value := o[key].(type) {
	case map[string]any:
		return value
	case object:
		return value
	}
	return nil
}

// ensure returns the object at key and makes it if there is none.
func (o object) ensure(key string) object {
	if value := o.object(key); value != nil {
		return value
	}
	value := object{}
	o[key] = value
	return value
}

func (o object) list(key string) []any {
	list, _ := o[key].([]any)
	return list
}

func (o object) lists(key, element string) bool {
	for _, value := range o.list(key) {
		if value == element {
			return true
		}
	}
	return false
}

func (o object) keys() []string {
	keys := make([]string, 0, len(o))
	for key := range o {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// modelFile is the model on disk. A test may replace the file between two calls, so it is read again when it changed.
type modelFile struct {
	path    string
	content object
	info    os.FileInfo
}

func (file *modelFile) load() (object, error) {
	info, err := os.Stat(file.path)
	if err != nil {
		return nil, err
	}
	if file.info != nil && os.SameFile(info, file.info) && info.ModTime().Equal(file.info.ModTime()) &&
		info.Size() == file.info.Size() {
		return file.content, nil
	}
	text, err := os.ReadFile(file.path)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // numbers keep their text
	content := object{}
	if err := decoder.Decode(&content); err != nil {
		return nil, fmt.Errorf("%s: %v", file.path, err)
	}
	file.content, file.info = content, info
	return content, nil
}

// save replaces the file as a whole: whoever reads it sees the state before a call or after it.
func (file *modelFile) save(content object) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	temporary := file.path + ".new"
	if err := os.WriteFile(temporary, append(text, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.Rename(temporary, file.path); err != nil {
		return err
	}
	file.content = content
	file.info, err = os.Stat(file.path)
	return err
}
