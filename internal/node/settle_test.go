package node

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/observable"
	"stormglass/internal/receive"
	"stormglass/internal/seen"
	"stormglass/internal/telemetry"
)

// killedService leaves a syslog message in the log of a folder and no commit, as a service does that is killed.
func killedService(t *testing.T, data, message string) {
	t.Helper()
	k, err := OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewService(t.Context(), k, ServiceConfig{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	d := telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:514"), At: telemetry.InstantOf(time.Now()), Data: []byte(message)}
	if err := s.pipeline.Take(t.Context(), &receive.Block{Listener: "syslog udp test", Datagrams: []telemetry.Datagram{d}}); err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil { // the pipeline is left as it is
		t.Fatal(err)
	}
}

func wasSeen(t *testing.T, data, value string) bool {
	t.Helper()
	r, err := Seen(t.Context(), data, []seen.Question{seen.Parse(value, false)}, seen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Count(seen.Seen) == 1
}

// What a killed service left in its log is taken in by the next command that writes, and found.
func TestSettled(t *testing.T) {
	data, files := t.TempDir(), t.TempDir()
	writeFile(t, files, "iocs.txt", "203.0.113.9\n")
	add := func(ctx context.Context, k *Keeper) error {
		_, err := k.AddIntel(ctx, nil, []string{files + "/iocs.txt"})
		return err
	}
	if err := Keeping(t.Context(), data, "test", add); err != nil {
		t.Fatal(err)
	}
	if some, err := LeftInLog(t.Context(), data); some || err != nil {
		t.Errorf("in a folder without a log: %v, %v", some, err)
	}
	killedService(t, data, "<13>login from 203.0.113.9")
	if some, err := LeftInLog(t.Context(), data); !some || err != nil {
		t.Errorf("left in the log: %v, %v", some, err)
	}
	if wasSeen(t, data, "203.0.113.9") {
		t.Error("seen before it was taken in")
	}
	for _, want := range []uint64{1, 0} {
		err := Keeping(t.Context(), data, "test", func(_ context.Context, k *Keeper) error {
			if k.Settled.Datagrams != want {
				t.Errorf("settled %d, want %d", k.Settled.Datagrams, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if some, err := LeftInLog(t.Context(), data); some || err != nil {
		t.Errorf("left afterwards: %v, %v", some, err)
	}
	if !wasSeen(t, data, "203.0.113.9") || !slices.Equal(foundValues(t, data), []string{"203.0.113.9"}) {
		t.Error("it is not found")
	}
}

// What is purged does not come back out of the log of a service that was killed.
func TestPurgeReachesTheLog(t *testing.T) {
	data := t.TempDir()
	killedService(t, data, "<13>login from 203.0.113.9")
	err := Keeping(t.Context(), data, "test", func(ctx context.Context, k *Keeper) error {
		_, err := k.Purge(ctx, observable.OfAddr(netip.MustParseAddr("203.0.113.9")), "a test")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	served(t, data, "syslog udp test", []byte("<13>something else"))
	if wasSeen(t, data, "203.0.113.9") {
		t.Error("what was purged came back")
	}
}

// The database of a folder that a newer build wrote is left alone.
func TestNewerFolderIsLeftAlone(t *testing.T) {
	data := t.TempDir()
	if err := Keeping(t.Context(), data, "test", func(context.Context, *Keeper) error { return nil }); err != nil {
		t.Fatal(err)
	}
	writeFile(t, data, "FORMAT", "stormglass data 2\n")
	if _, err := Findings(t.Context(), data, FindingQuery{}); err == nil {
		t.Error("findings were read")
	}
	if err := LogRead(t.Context(), data, "seen", 1, 0); err == nil {
		t.Error("it was written to")
	}
}

var _ Listener = (*listen.UDP)(nil)
