package node

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stormglass/internal/depot"
	"stormglass/internal/seen"
)

// TestLookBackSeesThroughFolds floods a day, so that the ledger does not keep values one by one: what an
// indicator met is found all the same, as long as the records are held.
func TestLookBackSeesThroughFolds(t *testing.T) {
	m := newMadeFiles(t, 1)
	conn, dns := m.lines["conn.log"][:m.heads["conn.log"]], m.lines["dns.log"][:m.heads["dns.log"]]
	at := time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	for i := range 10_500 {
		dns = append(dns, fmt.Sprintf("%s\tC%d\t192.0.2.1\t5353\t192.0.2.2\t53\tudp\tx%d.example.net\tA\tNOERROR\t-", unix(at.Add(time.Duration(i)*time.Second)), i, i))
	}
	for i := range 200 {
		conn = append(conn, fmt.Sprintf("%s\tS%d\t198.51.100.%d\t4000\t192.0.2.3\t22\ttcp\t0\t0\tS0\t1\t0", unix(at.Add(time.Duration(i)*time.Second)), i, i))
	}
	logs := []string{filepath.Join(m.dir, "conn.log"), filepath.Join(m.dir, "dns.log")}
	m.put(t, logs[0], strings.Join(conn, "\n")+"\n")
	m.put(t, logs[1], strings.Join(dns, "\n")+"\n")
	list := filepath.Join(m.dir, "list.txt")
	m.put(t, list, "x17.example.net\n198.51.100.7\n198.51.100.64/26\n198.51.100.0/26\nnever.example.net\n198.51.100.250\n")
	want := runHunt(t, Hunt{Intel: []string{list}, Telemetry: logs, Own: ownPrefixes}).Findings
	if len(want) != 4 {
		t.Fatalf("%d findings", len(want))
	}

	k := newKept(t, "")
	keeper, err := OpenKeeperWith(t.Context(), k.data, "test", depot.Options{Budget: 50})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Ingest(t.Context(), &Ingest{Paths: logs}); err != nil {
		t.Fatal(err)
	}
	if err := keeper.Close(); err != nil {
		t.Fatal(err)
	}
	if a := k.verdict("domain:x17.example.net"); a != "not_exact" {
		t.Fatalf("nothing was folded: %s", a)
	}
	k.intel(list)
	same(t, "through folds", want, k.findings())
	k.do(func(ctx context.Context, keeper *Keeper) error {
		r, err := keeper.HuntAll(ctx)
		if err == nil {
			same(t, "hunted again", want, r.Findings)
		}
		return err
	})
}

// verdict gives what the ledger says of a value in one word.
func (k *kept) verdict(given string) string {
	k.Helper()
	r, err := Seen(k.Context(), k.data, []seen.Question{seen.Parse(given, true)}, seen.Options{})
	if err != nil {
		k.Fatal(err)
	}
	return r.Answers[0].Verdict.String()
}
