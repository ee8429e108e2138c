package hostlog

import (
	"strings"

	"stormglass/internal/telemetry"
)

// blank stands where a secret stood.
const blank = "***"

// hide blanks secrets that telemetry.Scrub cannot see: digits that spell one, in the line and the message, and arguments of a program
// that only stand together tell to be one (--password, then the word).
func (a *audit) hide() {
	if a.execve {
		a.hideArguments()
	}
	for i, digits := range a.digits {
		if telemetry.Redact(a.texts[i]) != a.texts[i] {
			a.replace(digits, blank)
		}
	}
}

func (a *audit) hideArguments() {
	line := strings.Join(a.args, " ")
	clean := telemetry.Redact(line)
	if clean == line {
		return
	}
	pairs := a.batch.PairsOf(a.event.Pairs)
	for _, argument := range a.args {
		if argument == "" || strings.Contains(clean, argument) {
			continue
		}
		for i := range pairs {
			if pairs[i].Text == argument {
				pairs[i].Text = blank
			}
		}
		a.replace(`"`+argument+`"`, blank)
		for i, text := range a.texts {
			if strings.Contains(argument, text) {
				a.replace(a.digits[i], blank)
			}
		}
	}
}

// maxReplaced bounds how often a line is written anew. One that holds more secrets is blanked whole.
const maxReplaced = 32

// replace puts a text in place of another in the event's message and line.
func (a *audit) replace(was, is string) {
	if a.replaced++; a.replaced > maxReplaced {
		was, is = a.event.Raw, blank
	}
	pairs := a.batch.PairsOf(a.event.Pairs)
	for i := range pairs {
		if pairs[i].Field == telemetry.FieldMessage {
			if a.replaced > maxReplaced {
				pairs[i].Text = blank
				continue
			}
			pairs[i].Text = a.swap(pairs[i].Text, was, is)
		}
	}
	a.event.Raw = a.swap(a.event.Raw, was, is)
}

func (a *audit) swap(s, was, is string) string {
	if was == "" || !strings.Contains(s, was) {
		return s
	}
	return a.batch.Copy([]byte(strings.ReplaceAll(s, was, is)))
}
