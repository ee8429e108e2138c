package message

import (
	"fmt"
	"strings"
	"time"
)

// TitleOf gives the line that says what a finding is about.
func TitleOf(f *Finding) string {
	if f.Sigma != nil {
		return fmt.Sprintf("%s: %s %s matched on %s", f.Level, f.Kind, f.Defanged, subjectWords(&f.Subject))
	}
	return fmt.Sprintf("%s: %s %s met by %s", f.Level, f.Kind, f.Defanged, subjectWords(&f.Subject))
}

// TitleOfMany gives the line for findings that belong together: of one value when they have it in common.
func TitleOfMany(list []Finding, count int, level string) string {
	for i := range list {
		if list[i].Value != list[0].Value || list[i].Rule != list[0].Rule {
			return fmt.Sprintf("%s: %d findings", level, count)
		}
	}
	if list[0].Sigma != nil {
		return fmt.Sprintf("%s: %s %s matched on %d subjects", level, list[0].Kind, list[0].Defanged, count)
	}
	return fmt.Sprintf("%s: %s %s met by %d subjects", level, list[0].Kind, list[0].Defanged, count)
}

// TitleOfPointer gives the line for a finding that may not leave.
func TitleOfPointer(p *Pointer) string {
	source := "of which nothing may leave"
	if p.TLP != "" {
		source = "whose source is " + p.TLP
	}
	return fmt.Sprintf("%s: a finding %s: finding %s, see it in Stormglass", p.Level, source, p.ID)
}

func subjectWords(s *Subject) string {
	switch {
	case s.Kind == "merged":
		return fmt.Sprintf("about %d subjects", s.Count)
	case s.Name != "":
		return s.Name + " (" + s.Value + ")"
	}
	return s.Value
}

// Text gives the message in words, for people: lines of plain text.
func (m *Message) Text() string {
	var b strings.Builder
	fmt.Fprintln(&b, m.Title)
	if m.TLP != "" {
		fmt.Fprintf(&b, "Marking: %s\n", m.TLP)
	}
	for i := range m.Findings {
		m.Findings[i].text(&b)
	}
	for i := range m.Pointers {
		p := &m.Pointers[i]
		fmt.Fprintf(&b, "\n%s\n", TitleOfPointer(p))
		line(&b, "See", p.Link)
	}
	if a := m.Alarm; a != nil {
		fmt.Fprintln(&b)
		line(&b, "Alarm", a.Kind)
		line(&b, "Subject", a.Subject)
		line(&b, "What", a.Text)
		line(&b, "Since", a.At.UTC().Format(time.RFC3339))
	}
	if named := len(m.Findings) + len(m.Pointers); m.Alarm == nil && named < m.Count {
		fmt.Fprintf(&b, "\nand %d more, see them in Stormglass\n", m.Count-named)
	}
	fmt.Fprintf(&b, "\nStormglass %s, message %s by route %s\n", m.Instance, m.ID, m.Route)
	return b.String()
}

func (f *Finding) text(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s\n", TitleOf(f))
	line(b, "Why now", strings.Join(f.Reasons, ", "))
	line(b, "Roles", strings.Join(f.Roles, ", "))
	if f.First != nil && f.Last != nil {
		line(b, "Seen", f.First.Format(time.RFC3339)+" to "+f.Last.Format(time.RFC3339))
	}
	line(b, "Records", fmt.Sprintf("%d on %d days, %d bytes", f.Records, f.DayCount, f.Bytes))
	line(b, "Level", strings.Join(append([]string{f.Level}, f.Because...), "; "))
	if s := f.Sigma; s != nil {
		line(b, "Rule", s.ID)
		line(b, "Looks for", s.Description)
		line(b, "Techniques", strings.Join(s.Techniques, ", "))
		line(b, "May also be", strings.Join(s.FalsePositives, "; "))
		line(b, "References", strings.Join(s.References, ", "))
	}
	line(b, "Warning lists", strings.Join(f.Warnings, ", "))
	for i := range f.Sources {
		s := &f.Sources[i]
		line(b, "Source", strings.Join(words(s.Title, s.Org, s.TLP, s.Comment, strings.Join(s.Actors, ", ")), "; "))
	}
	line(b, "Finding", f.ID)
	line(b, "See", f.Link)
}

// line writes a line of a name and a text; of no text none.
func line(b *strings.Builder, name, text string) {
	if text != "" {
		fmt.Fprintf(b, "  %-14s %s\n", name+":", text)
	}
}

// words gives those that are not empty.
func words(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
