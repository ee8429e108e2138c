package node

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/hunt"
	"stormglass/internal/hunt/coverage"
	"stormglass/internal/observable"
	"stormglass/internal/store"
	"stormglass/internal/telemetry"
)

// Ways in which a verdict over a data folder could lie, each with a test that takes real files in, in processes of their own, and hunts.

const lyingRules = `title: A login
id: 5e0b7a10-0000-4000-8000-0000000002a1
logsource: {product: stormglass, service: event}
detection:
  sel: {event.action: login, user.name: intruder}
  condition: sel
level: medium
stormglass: {needs: [event/login]}
---
title: A command
id: 5e0b7a10-0000-4000-8000-0000000002a2
logsource: {product: stormglass, service: event}
detection:
  sel: {event.action: command, process.command_line|contains: guestshell}
  condition: sel
level: medium
stormglass: {needs: [event/command]}
---
title: A flow
id: 5e0b7a10-0000-4000-8000-0000000002a3
logsource: {product: stormglass, service: flow}
detection:
  sel: {destination.port: 57722}
  condition: sel
level: medium
stormglass: {needs: [flow]}
`

// younger is a rule that comes later.
var younger = strings.NewReplacer("A login", "Younger", "2a1", "2b1").Replace(lyingRules[:strings.Index(lyingRules, "---")])

const twoRouters = "devices:\n  - {id: r1, names: [r1], platform: ios, exporter: {address: 192.0.2.1, observation_domain: 0}}\n  - {id: r2, names: [r2], platform: ios}\n"

// lying is a data folder and what is taken into it.
type lying struct {
	*kept
	begin time.Time // the first hour
	seq   map[string]int
	files int
}

func newLying(t *testing.T, devices, retention string) *lying {
	t.Helper()
	l := &lying{kept: newKept(t, retention), begin: time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -12), seq: map[string]int{}}
	writeRules(t, filepath.Join(l.data, "rules"), ".no-content", "")
	writeRules(t, filepath.Join(l.data, "rules"), "rules.yml", lyingRules)
	if devices != "" {
		writeRules(t, filepath.Join(l.data, "registers"), "devices.yaml", devices)
	}
	return l
}

// says gives a message of a router in each of some hours.
func (l *lying) says(host, text string, from, to int) string {
	var b strings.Builder
	for h := from; h < to; h++ {
		l.seq[host]++
		at := l.begin.Add(time.Duration(h)*time.Hour + 10*time.Minute)
		fmt.Fprintf(&b, "<189>%d: %s: %s UTC: %s\n", l.seq[host], host, at.Format("Jan _2 2006 15:04:05.000"), text)
	}
	return b.String()
}

// logins and links are messages with and without a login.
func (l *lying) logins(host string, from, to int) string {
	return l.says(host, "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: op-anna] [Source: 192.0.2.30] [localport: 22] at 00:00:00 UTC", from, to)
}

func (l *lying) links(host string, from, to int) string {
	return l.says(host, "%LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up", from, to)
}

// takes takes a file in, in a process of its own.
func (l *lying) takes(name, content string) string {
	l.Helper()
	l.files++
	path := filepath.Join(l.TempDir(), fmt.Sprintf("%d-%s", l.files, name))
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		l.Fatal(err)
	}
	l.do(func(ctx context.Context, k *Keeper) error {
		_, err := k.Ingest(ctx, &Ingest{Paths: []string{path}})
		return err
	})
	return path
}

func (l *lying) hunt() *hunt.Result {
	l.Helper()
	var r *hunt.Result
	l.do(func(ctx context.Context, k *Keeper) (err error) {
		r, err = k.HuntAll(ctx)
		return err
	})
	return r
}

// says what is wanted of the answer for a rule, in a result.
func (l *lying) verdict(r *hunt.Result, title string, want hunt.Answer, words ...string) *hunt.RuleVerdict {
	l.Helper()
	all := r.Verdicts()
	for i := range all.Rules {
		v := &all.Rules[i]
		if v.Rule.Title != title {
			continue
		}
		said := strings.Join(v.Lacks, "; ")
		if v.Since != nil {
			said += "; " + v.Since.Text()
		}
		if v.Answer != want {
			l.Errorf("%s: the answer is %s, want %s (%s)", title, v.Answer, want, said)
		}
		for _, w := range words {
			if !strings.Contains(said, w) {
				l.Errorf("%s: it does not say %q: %s", title, w, said)
			}
		}
		return v
	}
	l.Fatalf("no answer for %s", title)
	return nil
}

func (l *lying) day(n int) telemetry.Day { return telemetry.InstantOf(l.begin.AddDate(0, 0, n)).Day() }

// TestLieRuleAddedToday: a rule that comes today is asked of what is held, and of a day of which rows have expired it says that it was not; the
// rule that was there as they came was asked of them.
func TestLieRuleAddedToday(t *testing.T) {
	l := newLying(t, twoRouters, "rows:\n  own: {traffic: 1, systems: 1}\n")
	l.takes("a.log", l.logins("r1", 0, 24)+l.logins("r2", 0, 24))
	if len(l.later(20).Expired) == 0 {
		t.Fatal("nothing expired")
	}
	l.takes("b.log", l.logins("r1", 24, 72)+l.logins("r2", 24, 72))
	writeRules(t, filepath.Join(l.data, "rules"), "younger.yml", younger)
	for range 2 { // asking again does not make it older
		r := l.hunt()
		v := l.verdict(r, "A login", hunt.NotFound)
		if want := []coverage.Span{{From: l.day(0), To: l.day(2)}}; len(v.Spans) != 1 || v.Spans[0] != want[0] {
			t.Errorf("the rule that was there was asked of %v, want %v", v.Spans, want)
		}
		v = l.verdict(r, "Younger", hunt.NotFound, "the rule was not asked of all records of "+l.day(0).String())
		if want := []coverage.Span{{From: l.day(1), To: l.day(2)}}; len(v.Spans) != 1 || v.Spans[0] != want[0] {
			t.Errorf("the younger rule was asked of %v, want %v", v.Spans, want)
		}
	}
}

// TestLieLoggingNeverSwitchedOn: of a router that never logged a login nothing is said, however much else it sends.
func TestLieLoggingNeverSwitchedOn(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("a.log", l.logins("r1", 0, 24)+l.links("r2", 0, 24))
	r := l.hunt()
	if v := l.verdict(r, "A login", hunt.NotFound, "no event/login from 1 of 2 devices (r2)"); v.Devices != 1 || v.OfDevices != 2 || v.Hours != 24 || v.Of != 48 {
		t.Errorf("%d of %d devices, %d of %d hours", v.Devices, v.OfDevices, v.Hours, v.Of)
	}
	l.verdict(r, "A command", hunt.NotAssessed, "no event/command from 2 of 2 devices")
	l.verdict(r, "A flow", hunt.NotAssessed)
}

// TestLieSilentHour: an hour without a login counts where the router was heard, over commits and processes, and not where it was not.
func TestLieSilentHour(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("a.log", l.logins("r1", 0, 1)+l.links("r1", 1, 12)+l.logins("r2", 0, 12))
	l.takes("b.log", l.logins("r2", 12, 24)+l.links("r1", 20, 24))
	v := l.verdict(l.hunt(), "A login", hunt.NotFound, "6 hours of event/login are a gap") // 13 to 18: 12 and 19 are beside hours in which r1 was heard
	if v.Hours != 24+18 {
		t.Errorf("%d hours, want 42", v.Hours)
	}
}

// TestLieGapUnread: lines that could not be read make of silence a gap, of what was seen something seen with gaps; once, however often the
// file grows.
func TestLieGapUnread(t *testing.T) {
	l := newLying(t, "devices:\n  - {id: sensor-host, names: [sensor-host]}\n", "")
	at := func(h int) string { return fmt.Sprintf("%d.000000", l.begin.Add(time.Duration(h)*time.Hour).Unix()) }
	head := strings.Join(zeekLines("conn", "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "orig_bytes", "resp_bytes", "conn_state", "orig_pkts", "resp_pkts"), "\n") + "\n"
	row := func(h int) string { return at(h) + "\tC1\t192.0.2.1\t4000\t198.51.100.7\t443\ttcp\t10\t10\tSF\t1\t1\n" }
	text := head + row(0) + row(0) + "this is no row\n" + row(0)
	path := filepath.Join(l.TempDir(), "conn.log")
	for h := range 4 {
		text += row(h)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		l.do(func(ctx context.Context, k *Keeper) error {
			_, err := k.Ingest(ctx, &Ingest{Paths: []string{path}})
			return err
		})
	}
	v := l.verdict(l.hunt(), "A flow", hunt.NotFound, "seen with gaps: in 1 hour at least 1 of ")
	if !v.Gaps {
		t.Error("it is said to be seen without gaps")
	}
	one := runHunt(t, Hunt{Rules: RulePaths{Rules: []string{filepath.Join(l.data, "rules", "rules.yml")}}, Telemetry: []string{path}})
	l.verdict(one, "A flow", hunt.NotFound, "seen with gaps: in ", " at least 1 of 8 records of flow")
}

// TestLieGapSequence: flows whose numbers show that others were lost are seen with gaps, in a hunt of files and of a data folder alike, and with
// the rate at which they were sampled.
func TestLieGapSequence(t *testing.T) {
	l := newLying(t, twoRouters, "")
	content := l.capture(1000, 0, 0, 2, 3, 30) // packets of a record, an hour apart
	path := l.takes("flows.pcap", content)
	kept := l.hunt()
	one := runHunt(t, Hunt{Rules: RulePaths{Rules: []string{filepath.Join(l.data, "rules", "rules.yml")}}, Telemetry: []string{path}, Registers: filepath.Join(l.data, "registers")})
	for name, r := range map[string]*hunt.Result{"files": one, "data folder": kept} {
		v := l.verdict(r, "A flow", hunt.NotFound, "seen with gaps: in 5 hours at least 27 of 32 ", "records of flow were lost (r1)")
		if !v.Gaps || v.Sampled == nil || v.Sampled.Rate != 1000 || v.Sampled.Packets != 2995 {
			t.Errorf("%s: gaps %v, sampled %+v", name, v.Gaps, v.Sampled)
		}
	}
}

// TestLieSampling: flows of which one packet in a thousand was looked at are said to be; nothing is said of small ones.
func TestLieSampling(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("flows.pcap", l.capture(1000, 0, 1, 2, 3))
	v := l.verdict(l.hunt(), "A flow", hunt.NotFound)
	if v.Gaps || v.Sampled == nil || v.Sampled.Rate != 1000 || v.Sampled.Packets != 2995 {
		t.Errorf("gaps %v, sampled %+v, %v", v.Gaps, v.Sampled, v.Lacks)
	}
}

// TestLieGapDamage: a day whose rows can no longer be read is a gap to who asks later, and no silence.
func TestLieGapDamage(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("a.log", l.logins("r1", 0, 1)+l.links("r1", 1, 48)+l.logins("r2", 0, 48))
	removed := 0
	err := filepath.WalkDir(filepath.Join(l.data, "lake", "event", l.day(1).String()), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		removed++
		return os.Remove(path)
	})
	if err != nil || removed == 0 {
		t.Fatalf("%d files removed: %v", removed, err)
	}
	writeRules(t, filepath.Join(l.data, "rules"), "younger.yml", younger)
	r := l.hunt()
	v := l.verdict(r, "Younger", hunt.NotFound, "the rule was not asked of all records of "+l.day(1).String())
	if len(v.Spans) != 1 || v.Spans[0].To != l.day(0) {
		t.Errorf("assessed %v", v.Spans)
	}
	l.verdict(r, "A login", hunt.NotFound) // it was asked as they came
}

// TestLieUnregisteredDevice: what a router sends that the register does not know stands for none that it does; put right, the register puts
// the past right.
func TestLieUnregisteredDevice(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("a.log", l.logins("stranger", 0, 24))
	if v := l.verdict(l.hunt(), "A login", hunt.NotAssessed, "no event/login from 2 of 2 devices (r1, r2)", "1 device that no register names"); v.Devices != 0 {
		t.Errorf("%d devices", v.Devices)
	}
	writeRules(t, filepath.Join(l.data, "registers"), "devices.yaml", strings.Replace(twoRouters, "names: [r2]", "names: [r2, stranger]", 1))
	if v := l.verdict(l.hunt(), "A login", hunt.NotFound, "no event/login from 1 of 2 devices (r1)"); v.Devices != 1 || v.Hours != 24 {
		t.Errorf("%d devices, %d hours", v.Devices, v.Hours)
	}
}

// TestLieEmptyRegister: without a device in the register nobody knows how many there are, which is said.
func TestLieEmptyRegister(t *testing.T) {
	for name, devices := range map[string]string{"none": "", "empty": "devices: []\n"} {
		t.Run(name, func(t *testing.T) {
			l := newLying(t, devices, "")
			l.takes("a.log", l.logins("r1", 0, 24)+l.links("r2", 0, 24))
			r := l.hunt()
			l.verdict(r, "A login", hunt.NotFound, "1 of the 2 devices heard, of an unknown number of devices")
			if r.Coverage.Registered != 0 {
				t.Errorf("%d devices are said to be registered", r.Coverage.Registered)
			}
		})
	}
}

// intrusion is a login that the rule finds.
func (l *lying) intrusion(hour int) string {
	return l.says("r1", "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: intruder] [Source: 198.51.100.66] [localport: 22] at 00:00:00 UTC", hour, hour+1)
}

// TestLieExpiredHistory: what was found outlives its records; since when is told as far as it is known, with what is gone.
func TestLieExpiredHistory(t *testing.T) {
	l := newLying(t, twoRouters, "rows:\n  own: {traffic: 1, systems: 1}\n")
	l.takes("a.log", l.logins("r1", 0, 48)+l.intrusion(30))
	l.hunt()
	if len(l.later(20).Expired) == 0 {
		t.Fatal("nothing expired")
	}
	l.takes("b.log", l.logins("r1", 96, 120)+l.intrusion(100))
	v := l.verdict(l.hunt(), "A login", hunt.Found, "rows up to "+l.day(1).String()+" have expired")
	if v.Since.Evidence.Day() != l.day(1) {
		t.Errorf("the earliest evidence is of %s, want %s", v.Since.Evidence.Day(), l.day(1))
	}
	l.verdict(l.hunt(), "A command", hunt.NotAssessed)
}

// TestLieFoldedHistory: days of a finding that are no longer kept apart are said to be.
func TestLieFoldedHistory(t *testing.T) {
	l := newLying(t, twoRouters, "")
	l.takes("a.log", l.logins("r1", 0, 48)+l.intrusion(30))
	l.hunt()
	l.do(func(ctx context.Context, k *Keeper) error {
		found, err := k.Store.Findings(ctx, store.Filter{})
		if err != nil || len(found) != 1 {
			t.Fatalf("%d findings, %v", len(found), err)
		}
		f := *found[0].Finding
		f.Days = append([]hunt.Day{{Day: telemetry.DayFolded, Records: 3, First: f.First - 1e9, Last: f.Last}}, f.Days...)
		_, err = k.Store.SaveFindings(ctx, []*hunt.Finding{&f}, store.Scope{Values: func(observable.Value) bool { return false }})
		return err
	})
	l.verdict(l.hunt(), "A login", hunt.Found, "some of its days are no longer kept apart")
}

// capture is a capture of NetFlow v5 of 192.0.2.1: a packet of one record an hour, with the sequence numbers given.
func (l *lying) capture(sampling uint16, numbers ...uint32) string {
	be, le := binary.BigEndian, binary.LittleEndian
	out := le.AppendUint32(nil, 0xa1b2c3d4)
	out = append(out, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0) // raw IP
	for h, n := range numbers {
		at := uint32(l.begin.Add(time.Duration(h)*time.Hour + 10*time.Minute).Unix())
		const uptime = 900_000_000
		p := be.AppendUint16(nil, 5)
		p = be.AppendUint16(p, 1)
		p = be.AppendUint32(p, uptime+uint32(h)*3_600_000)
		p = be.AppendUint32(p, at)
		p = be.AppendUint32(p, 0)
		p = be.AppendUint32(p, n)
		p = append(p, 0, 0)
		p = be.AppendUint16(p, 1<<14|sampling)
		p = append(p, 192, 0, 2, 50, 198, 51, 100, 7, 0, 0, 0, 0, 0, 1, 0, 2)
		p = be.AppendUint32(p, 3)
		p = be.AppendUint32(p, 180)
		p = be.AppendUint32(p, uptime+uint32(h)*3_600_000-2000)
		p = be.AppendUint32(p, uptime+uint32(h)*3_600_000-1000)
		p = append(p, 0x9c, 0x40, 1, 0xbb, 0, 0x18, 6, 0, 0, 0, 0, 0, 24, 24, 0, 0)
		udp := be.AppendUint16(be.AppendUint16(be.AppendUint16(be.AppendUint16(nil, 5000), 2055), uint16(8+len(p))), 0)
		ip := be.AppendUint16([]byte{0x45, 0}, uint16(28+len(p)))
		ip = append(ip, 0, byte(h), 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 99)
		frame := append(append(ip, udp...), p...)
		for _, v := range []uint32{at, 0, uint32(len(frame)), uint32(len(frame))} {
			out = le.AppendUint32(out, v)
		}
		out = append(out, frame...)
	}
	return string(out)
}
