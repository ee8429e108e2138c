package vault

import (
	"fmt"
	"io"
	"log/slog"
)

// masked is what a secret prints as.
const masked = "[secret]"

// printMask is the Format of every type that holds a secret, whatever the verb.
func printMask(s fmt.State) { _, _ = io.WriteString(s, masked) }

// Clear is a value in clear. It prints as a mask; Expose gives the text.
type Clear struct {
	text func() string // fmt prints the fields of structs, and follows pointers for verbs that do not fit; never functions
}

func clearOf(text string) Clear { return Clear{func() string { return text }} }

// Expose gives the text in clear, for the one who asked and was let to.
func (c Clear) Expose() string {
	if c.text == nil {
		return ""
	}
	return c.text()
}

// Format implements fmt.Formatter.
func (Clear) Format(s fmt.State, _ rune) { printMask(s) }

// LogValue implements slog.LogValuer.
func (Clear) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText implements encoding.TextMarshaler.
func (Clear) MarshalText() ([]byte, error) { return []byte(masked), nil }
