package node

import (
	"context"
	"encoding/binary"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"stormglass/internal/collect/listen"
	"stormglass/internal/depot"
	"stormglass/internal/telemetry"
)

// v9 makes a datagram of NetFlow 9 (RFC 3954) with one set.
func v9(sequence uint32, at time.Time, set uint16, body []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, 9)
	b = binary.BigEndian.AppendUint16(b, 1)
	b = binary.BigEndian.AppendUint32(b, 60_000)
	b = binary.BigEndian.AppendUint32(b, uint32(at.Unix()))
	b = binary.BigEndian.AppendUint32(b, sequence)
	b = binary.BigEndian.AppendUint32(b, 7)
	b = binary.BigEndian.AppendUint16(b, set)
	b = binary.BigEndian.AppendUint16(b, uint16(4+len(body)))
	return append(b, body...)
}

// Template 256: source and destination address, bytes.
var (
	v9Template = []byte{1, 0, 0, 3, 0, 8, 0, 4, 0, 12, 0, 4, 0, 1, 0, 4}
	v9Record   = []byte{10, 0, 0, 7, 203, 0, 113, 9, 0, 0, 1, 0}
)

// handed is a listener that hands on what it was given, and ends with its context.
type handed struct {
	name string
	out  chan *listen.Block
}

func (h *handed) Name() string                   { return h.name }
func (h *handed) Queues() []<-chan *listen.Block { return []<-chan *listen.Block{h.out} }

func (h *handed) Run(ctx context.Context) error {
	<-ctx.Done()
	close(h.out)
	return nil
}

func (h *handed) give(data ...[]byte) {
	b := &listen.Block{}
	for _, d := range data {
		b.Datagrams = append(b.Datagrams, telemetry.Datagram{From: netip.MustParseAddrPort("192.0.2.1:2055"), At: telemetry.InstantOf(time.Now()), Data: d})
	}
	h.out <- b
}

// served gives a service datagrams, ends it, and tells what it made of them.
func served(t *testing.T, data, name string, datagrams ...[]byte) State {
	t.Helper()
	k, err := OpenKeeper(t.Context(), data, "test")
	if err != nil {
		t.Fatal(err)
	}
	h := &handed{name, make(chan *listen.Block)}
	s, err := NewService(t.Context(), k, ServiceConfig{Listeners: []Listener{h}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	h.give(datagrams...)
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	return s.State()
}

// keptRows gives how many records of a kind a folder holds.
func keptRows(t *testing.T, data string, kind telemetry.Kind) (n int) {
	t.Helper()
	v, err := depot.OpenView(t.Context(), data, depot.WithFiles)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	err = v.Rows(t.Context(), depot.Wanted{}, func(b *telemetry.Batch) error {
		if b.Kind == kind {
			n += b.Len()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A template outlives the service that learnt it; a damaged file of templates is no reason not to serve.
func TestTemplatesOutliveAService(t *testing.T) {
	data, now := t.TempDir(), time.Now()
	const name = "netflow udp test"
	if st := served(t, data, name, v9(0, now, 0, v9Template)); st.Counts[name].Records != 0 || st.Exporters[0].Templates != 1 {
		t.Fatalf("%+v", st)
	}
	st := served(t, data, name, v9(1, now, 256, v9Record))
	if st.Counts[name].Records != 1 || keptRows(t, data, telemetry.KindFlow) != 1 {
		t.Fatalf("without its template sent again: %+v", st.Counts[name])
	}
	if x := st.Exporters[0]; x.LostPackets != 0 {
		t.Errorf("%d packets are missing", x.LostPackets)
	}
	writeFile(t, data, templatesFile, "damaged")
	st = served(t, data, name, v9(2, now, 256, v9Record))
	if st.Counts[name].Records != 0 || st.Exporters[0].HeldSets != 1 {
		t.Errorf("with the templates damaged: %+v, %+v", st.Counts[name], st.Exporters)
	}
	st = served(t, data, name, v9(3, now, 0, v9Template), v9(4, now, 256, v9Record))
	if st.Counts[name].Records != 1 || keptRows(t, data, telemetry.KindFlow) != 2 {
		t.Errorf("learnt anew: %+v", st.Counts[name])
	}
}

// sFlow that is sent to the port of NetFlow, and the other way round, is decoded all the same; what is neither is counted.
func TestExportsAtTheWrongPort(t *testing.T) {
	data, now := t.TempDir(), time.Now()
	const name = "sflow udp test"
	st := served(t, data, name, v9(0, now, 0, v9Template), v9(1, now, 256, v9Record), []byte("GET / HTTP/1.0\r\n\r\n"))
	if c := st.Counts[name]; c.Records != 1 || c.Problems.Losses() != 1 {
		t.Errorf("%+v", c)
	}
}

// A syslog message is an event of its device, not of the relay that sent it.
func TestSyslogReceived(t *testing.T) {
	data := t.TempDir()
	const name = "syslog udp test"
	st := served(t, data, name, []byte("<189>1 "+time.Now().UTC().Format(time.RFC3339)+" edge7 app - - - up"), []byte("\n"))
	if c := st.Counts[name]; c.Kinds[telemetry.KindEvent] != 1 || c.Problems.Losses() != 1 {
		t.Fatalf("%+v", c)
	}
	v, err := depot.OpenView(t.Context(), data, depot.WithFiles)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	err = v.Rows(t.Context(), depot.Wanted{}, func(b *telemetry.Batch) error {
		for i := range b.Event {
			if b.Event[i].Host != "edge7" || !b.Event[i].Received.Known() {
				t.Errorf("host %q, received %v", b.Event[i].Host, b.Event[i].Received)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFiguresRate(t *testing.T) {
	var f figures
	for i := range 30 {
		f.look(uint64(i) * 500)
	}
	if got := f.get().Rate; got != 100 { // 500 each 5 s
		t.Errorf("rate %v", got)
	}
	for range 30 {
		f.look(30 * 500)
	}
	if got := f.get().Rate; got != 0 {
		t.Errorf("rate %v when nothing comes", got)
	}
}

// The hours of coverage are those in which records occurred.
func TestCoverage(t *testing.T) {
	data := t.TempDir()
	served(t, data, "syslog udp test", []byte("<13>now"))
	from := time.Now().UTC().Truncate(time.Hour).Add(-2 * time.Hour)
	kinds, sensors, err := Coverage(t.Context(), data, from, from.Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 1 || kinds[0].Kind != telemetry.KindEvent || kinds[0].Records != 1 || len(sensors) != 1 || sensors[0].Sensor != "192.0.2.1" {
		t.Fatalf("%+v, %+v", kinds, sensors)
	}
	n := 0
	for _, some := range kinds[0].Hours {
		if some {
			n++
		}
	}
	if len(kinds[0].Hours) != 3 || n != 1 || kinds[0].Hours[0] {
		t.Errorf("hours %v", kinds[0].Hours)
	}
	if kinds, sensors, err = Coverage(t.Context(), data, from.Add(-48*time.Hour), from); err != nil || len(kinds)+len(sensors) != 0 {
		t.Errorf("before: %v, %v, %v", kinds, sensors, err)
	}
}
