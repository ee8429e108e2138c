package simulate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func oneDay(seed uint64) Config {
	cfg := DefaultConfig()
	cfg.Seed, cfg.Days = seed, 1
	return cfg
}

func write(t *testing.T, cfg Config) (string, *Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Write(t.Context(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

func digests(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	m := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		m[rel] = sha256.Sum256(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSameConfigSameBytes(t *testing.T) {
	dir, _ := operator(t)
	again, _ := write(t, DefaultConfig())
	if diff := cmp.Diff(digests(t, dir), digests(t, again)); diff != "" {
		t.Errorf("the second run differs:\n%s", diff)
	}
	a, _ := write(t, oneDay(1))
	b, _ := write(t, oneDay(2))
	if digests(t, a)["telemetry/eve/eve.json"] == digests(t, b)["telemetry/eve/eve.json"] {
		t.Error("another seed gives the same bytes")
	}
}

// TestPartsDoNotDisturbEachOther leaves a part out: what the others do stays as it was.
func TestPartsDoNotDisturbEachOther(t *testing.T) {
	lines := func() map[string]int {
		dir, _ := write(t, oneDay(3))
		m := map[string]int{}
		eachRecord(t, dir, func(r written) {
			if r.family != carriedFamily { // packets of which hold flows of several parts
				m[r.family+" "+r.line]++
			}
		})
		return m
	}
	whole := lines()
	all := slices.Clone(parts)
	defer func() { parts = all }()
	i := slices.IndexFunc(parts, func(p namedPart) bool { return p.name == "mail" })
	parts = slices.Delete(slices.Clone(parts), i, i+1)
	fewer := lines()
	if len(fewer) >= len(whole) {
		t.Fatalf("%d lines without mail, %d with", len(fewer), len(whole))
	}
	for l := range fewer {
		if whole[l] == 0 {
			t.Fatalf("only without mail: %s", l)
		}
	}
}

func TestScaleLeavesTheStory(t *testing.T) {
	_, one := write(t, oneDay(4))
	cfg := oneDay(4)
	cfg.Scale = 3
	_, three := write(t, cfg)
	if diff := cmp.Diff(one.Planted, three.Planted); diff != "" {
		t.Errorf("the story at scale 3 (-one +three):\n%s", diff)
	}
	if a, b := one.Records["zeek/conn"], three.Records["zeek/conn"]; b < 2*a || b > 4*a {
		t.Errorf("%d conversations at scale 1, %d at 3", a, b)
	}
}

// TestEveryLengthIsWhole runs the story in little and in much time.
func TestEveryLengthIsWhole(t *testing.T) {
	for _, days := range []int{1, 4} {
		cfg := oneDay(5)
		cfg.Days = days
		_, truth := write(t, cfg)
		for _, p := range truth.Planted {
			checkOccurrence(t, p.ID, p.Occurrence, cfg)
		}
	}
}

var (
	namePattern = regexp.MustCompile(`\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|io|example|test|invalid)\b`)
	allowed     = []netip.Prefix{
		netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("2001:db8::/32"),
	}
	noAddresses = []string{"0.0.0.0", "::"}
)

func TestAddressesAndNamesAreSetAside(t *testing.T) {
	dir, _ := operator(t)
	seen := map[string]bool{}
	var addresses, names int
	eachLine(t, dir, func(path, line string) {
		for text := range words(strings.ReplaceAll(line, "[.]", ".")) {
			if seen[text] {
				continue
			}
			seen[text] = true
			address, _, _ := strings.Cut(text, "/")
			if a, err := netip.ParseAddr(address); err == nil {
				addresses++
				if !slices.Contains(noAddresses, address) && !slices.ContainsFunc(allowed, func(p netip.Prefix) bool { return p.Contains(a) }) {
					t.Errorf("%s: %s", path, text)
				}
			}
			for _, name := range namePattern.FindAllString(text, -1) {
				names++
				if !strings.HasSuffix(name, ".example") && !strings.HasSuffix(name, ".test") {
					t.Errorf("%s: %s", path, name)
				}
			}
		}
	})
	if addresses < 1000 || names < 1000 {
		t.Errorf("%d addresses and %d names: the test does not look", addresses, names)
	}
}

func TestOwnPrefixesHoldTheNetworksAndNobodyElse(t *testing.T) {
	_, truth := operator(t)
	holds := func(a netip.Addr) bool {
		return slices.ContainsFunc(truth.Own, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	for _, n := range networks {
		if !holds(n.prefix.Addr()) {
			t.Errorf("%s is not held", n.prefix)
		}
	}
	for rank := range places {
		p := placeOf(rank)
		if holds(p.v4) || p.v6.IsValid() && holds(p.v6) || p.v4.String() == indicatorOf("on-list-address").value {
			t.Errorf("place %d has %s and %s", rank, p.v4, p.v6)
		}
	}
}

func TestNfdumpRowsHaveTheColumnsOfTheHeader(t *testing.T) {
	dir, _ := operator(t)
	eachRecord(t, dir, func(r written) {
		if r.family == "flows/nfdump" && strings.Count(r.line, ",") != strings.Count(nfdumpHeader, ",") {
			t.Fatalf("%d columns wanted: %s", 1+strings.Count(nfdumpHeader, ","), r.line)
		}
	})
}

func TestZeekFilesAreWellFormed(t *testing.T) {
	dir, _ := operator(t)
	var path string
	var columns int
	closed := true
	eachLine(t, filepath.Join(dir, "telemetry", "zeek"), func(p, line string) {
		if p != path {
			if !closed {
				t.Errorf("%s is not closed", path)
			}
			path, columns, closed = p, 0, false
		}
		switch {
		case strings.HasPrefix(line, "{"):
			closed = true
			if !json.Valid([]byte(line)) {
				t.Errorf("%s: %s", p, line)
			}
		case strings.HasPrefix(line, "#fields"):
			columns = strings.Count(line, "\t")
		case strings.HasPrefix(line, "#types") && strings.Count(line, "\t") != columns:
			t.Errorf("%s: types and fields differ", p)
		case strings.HasPrefix(line, "#close"):
			closed = true
		case !strings.HasPrefix(line, "#") && strings.Count(line, "\t")+1 != columns:
			t.Errorf("%s: %s", p, line)
		}
	})
	for _, want := range []string{"2026-11-02/conn.00:00:00-01:00:00.log.gz", "2026-11-03/ssl.12:00:00-13:00:00.log.gz", "2026-11-04/dns.23:00:00-00:00:00.log"} {
		if _, err := os.Stat(filepath.Join(dir, "telemetry", "zeek", want)); err != nil {
			t.Error(err)
		}
	}
}

// TestRecordsOfAConversationAgree joins Zeek's logs by uid.
func TestRecordsOfAConversationAgree(t *testing.T) {
	dir, _ := operator(t)
	conn, others := map[string]string{}, map[string]string{}
	eachRecord(t, dir, func(r written) {
		f := strings.Split(r.line, "\t")
		switch {
		case len(f) < 6:
		case r.family == "zeek/conn":
			conn[f[1]] = strings.Join(f[2:6], " ")
		case strings.HasPrefix(r.family, "zeek/"):
			others[f[1]] = strings.Join(f[2:6], " ")
		}
	})
	for uid, ends := range others {
		if conn[uid] != "" && conn[uid] != ends {
			t.Errorf("%s: %s and %s", uid, conn[uid], ends)
		}
	}
	if len(others) < 1000 {
		t.Errorf("%d records with a uid", len(others))
	}
}

func TestRefusals(t *testing.T) {
	bad := Config{Days: 0, Scale: -1, Start: time.Date(1990, 1, 1, 3, 0, 30, 0, time.UTC)}
	if _, err := Write(t.Context(), t.TempDir(), bad); err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("four complaints wanted: %v", err)
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), full, DefaultConfig()); err == nil {
		t.Error("a folder in use is written to")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, t.TempDir(), DefaultConfig()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestIntelligenceSaysWhatTheTableSays(t *testing.T) {
	dir, _ := operator(t)
	for _, x := range indicators {
		for _, doc := range x.docs {
			b, err := os.ReadFile(filepath.Join(dir, doc))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(bytes.ReplaceAll(b, []byte("[.]"), []byte(".")), []byte(strings.TrimPrefix(x.value, "http"))) {
				t.Errorf("%s does not hold %s", doc, x.value)
			}
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		if _, err := Write(b.Context(), filepath.Join(dir, "x"), DefaultConfig()); err != nil {
			b.Fatal(err)
		}
	}
}
