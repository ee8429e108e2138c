package report

import (
	"strings"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
)

// next says what there was in all and which command to run with it. The command is one line,
// however long, so that it can be copied.
func (p *page) next(files []hunt.Inspected, paths []string) {
	logs, feeds, unread := 0, 0, 0
	for i := range files {
		switch x := &files[i]; {
		case x.Intel != nil && x.Intel.Skipped == "":
			feeds++
		case x.Telemetry != nil && x.Telemetry.Skipped == "":
			logs++
		default:
			unread++
		}
	}
	p.line("")
	p.text(0, "", count(logs, "file")+" of telemetry, "+count(feeds, "file")+" of intelligence, "+number(unread)+" not read.")
	switch {
	case logs > 0 && feeds > 0:
		p.line("next: stormglass hunt" + flags("--intel", paths) + flags("--telemetry", paths))
	case logs > 0:
		p.line("next: stormglass hunt --intel INTELLIGENCE" + flags("--telemetry", paths))
	case feeds > 0:
		p.line("next: stormglass hunt" + flags("--intel", paths) + " --telemetry LOGS")
	default:
		p.text(0, "", "next: name files that hold logs, flows or intelligence; stormglass hunt --help lists the formats")
	}
}

func flags(flag string, paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		b.WriteString(" " + flag + " " + quoted(path))
	}
	return b.String()
}

// quoted writes a path so that a shell takes it as one word.
func quoted(path string) string {
	if path != "" && !strings.ContainsFunc(path, special) {
		return path
	}
	return "'" + strings.ReplaceAll(observable.Printable(path), "'", `'\''`) + "'"
}

// special reports whether a shell may take r for more than itself.
func special(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("/._-+:@,=%", r)
}
