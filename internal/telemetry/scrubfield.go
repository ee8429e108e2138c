package telemetry

import "strings"

// scrubField is what a scrubber knows of a field.
type scrubField struct {
	known bool
	inert bool       // the name says nothing of the text
	kind  kindOfName // what it says otherwise
	clean FieldID    // the field without secrets in its name
	name  string     // its name
}

func (s *scrubber) of(id FieldID) *scrubField {
	if int(id) >= len(s.fields) {
		s.fields = append(s.fields, make([]scrubField, int(id)+1-len(s.fields))...)
	}
	f := &s.fields[id]
	if !f.known {
		f.learn(id)
	}
	return f
}

func (f *scrubField) learn(id FieldID) {
	f.known, f.clean, f.name = true, id, id.String()
	for range maxPasses {
		clean := RedactName(f.name)
		if clean == f.name {
			break
		}
		f.clean, f.name = FieldNamed(clean), strings.Clone(clean)
	}
	f.kind, _ = nameKind(f.name, 0, len(f.name))
	r := redactor{s: f.name + "="}
	r.scan()
	state := r.line
	state.prevStart, state.prevEnd = 0, 0
	f.inert = (f.kind == namePlain || f.kind == nameNumber) && r.spans == nil && state == lineState{} && isOneWord(strings.TrimPrefix(f.name, "@"))
}

// isOneWord reports whether a name is read as one word, and not as an option or a number.
func isOneWord(s string) bool {
	for i := range len(s) {
		if !isName(s[i]) || i == 0 && !isLetter(s[i]) && s[i] != '_' || i > 0 && s[i] == '-' && s[i-1] == '-' {
			return false
		}
	}
	return s != ""
}

// field scrubs the text of a field and reports whether it changed.
func (s *scrubber) field(id FieldID, text *string) (changed bool) {
	if *text == "" {
		return false
	}
	f := s.of(id)
	if f.inert && !opensOddly(*text) {
		if !found(*text) {
			return false
		}
	} else if !s.touches(f, *text) {
		return false
	}
	for range maxPasses { // until there is nothing to find, so that scrubbing again changes nothing
		is := RedactField(f.name, *text)
		if is == *text {
			break
		}
		*text, changed = is, true
	}
	return changed
}

// opensOddly reports whether a text begins with what is taken otherwise after a name.
func opensOddly(s string) bool {
	return s[0] == '-' || strings.HasPrefix(s, "PASS") || strings.HasPrefix(s, "PWD") || strings.HasPrefix(s, "OLDPWD")
}

// touches reports whether RedactField may change a text. It is asked so that a text that stays costs no memory.
func (s *scrubber) touches(f *scrubField, text string) bool {
	switch f.kind {
	case nameSecret, nameAssigned, nameHeader:
		return true
	case nameCommunity:
		if !isBGPCommunity(text) {
			return true
		}
	case nameCounter:
		if isDigits(text) {
			return false
		}
	case namePlain, nameSIMKey, nameSubscriber, nameNumber, nameUser, nameKeyWord:
	}
	s.buf = append(append(append(s.buf[:0], f.name...), '='), text...)
	return found(View(s.buf)) || found(text)
}

// found reports whether a text holds anything that Redact would take.
func found(s string) bool {
	r := redactor{s: s}
	r.scan()
	return r.spans != nil
}
