package config

import (
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v4"

	"stormglass/internal/plainyaml"
)

// maxFile bounds a configuration's file, in bytes.
const maxFile = 1 << 20

// readFile reads a configuration up to a byte beyond the limit.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open configuration: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", name, err)
	}
	return content, nil
}

// form is how a configuration is written.
var form = plainyaml.Form{MaxMiB: maxFile >> 20, Use: "a configuration uses it", Hint: " (a text that begins with [, { or * needs quotes)"}

// root parses a file and gives its mapping; nil when it is empty or wrong.
func (d *decoder) root(data []byte) *yaml.Node {
	return form.Root(data, func(line int, text string) { d.complain(line, "", "%s", text) })
}
