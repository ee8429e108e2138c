package node

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"stormglass/internal/disk"
	"stormglass/internal/observable"
	"stormglass/internal/simulate"
	"stormglass/internal/subscriber"
	"stormglass/internal/vault"
)

// checkLines takes the logs of subscribers into a data folder with a vault. Who asks for an address that the truth tells of, or for the public
// one that many share with a port, is told the token of the line that had it, how sure that is, and from when to when; without the port all
// who shared it.
func checkLines(t *testing.T, dir string, truth *simulate.Truth) {
	t.Helper()
	data := filepath.Join(dir, "data")
	if _, err := InitVault(t.Context(), data, filepath.Join(dir, "identity")); err != nil {
		t.Fatal(err)
	}
	err := Keeping(t.Context(), data, "test", func(ctx context.Context, k *Keeper) error {
		_, err := k.Ingest(ctx, &Ingest{Paths: []string{filepath.Join(dir, "telemetry", "subscribers")}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := disk.Dir(data)
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.OpenKey(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(truth.Lines) < 4 {
		t.Errorf("the truth tells of %d lines", len(truth.Lines))
	}
	for _, x := range truth.Lines {
		t.Run(x.ID, func(t *testing.T) { checkLine(t, data, x, key) })
	}
}

func checkLine(t *testing.T, data string, x *simulate.Line, key vault.Key) {
	t.Helper()
	q := subscriber.Question{Addr: x.Inside, Port: x.Port, At: x.At, Within: 7 * 24 * time.Hour}
	if x.Public.IsValid() {
		q.Addr = x.Public
	}
	r, err := Subscriber(t.Context(), data, q)
	if err != nil {
		t.Fatal(err)
	}
	kind := observable.UserName
	if x.Kind == "imsi" {
		kind = observable.IMSI
	}
	want := key.Ref(kind, x.Who).String()
	if len(r.Answers) != 1 || r.Answers[0].Token != want || r.Answers[0].Address != x.Inside {
		t.Fatalf("%s at %s: %+v, not %s at %s", q.Addr, q.At, r.Answers, want, x.Inside)
	}
	a := &r.Answers[0]
	if x.Kind == "imsi" && a.Sure != subscriber.Certain {
		t.Errorf("%s: %v", x.What, a.Sure)
	}
	if a.From.Before(x.From) || a.From.After(x.At) || !a.Until.IsZero() && (a.Until.Before(x.At) || a.Until.After(x.Until)) {
		t.Errorf("%s: from %s to %s; the truth has %s to %s", x.What, a.From, a.Until, x.From, x.Until)
	}
	if x.Port == 0 {
		return
	}
	q.Port = 0
	if r, err = Subscriber(t.Context(), data, q); err != nil || len(r.Answers) < 50 {
		t.Errorf("without the port %d are named: %v", len(r.Answers), err)
	}
}
