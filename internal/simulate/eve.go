package simulate

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// eveSensor is a Suricata 7 in front of the mediation and call-record servers.
type eveSensor struct {
	file *os.File
	out  *bufio.Writer
	json *json.Encoder
	sums sums
}

var evePrefix = netip.MustParsePrefix("10.30.0.0/24")

func openEve(dir string, sums sums) (*eveSensor, error) {
	dir = filepath.Join(dir, "telemetry", "eve")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // made-up data for all to read
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, "eve.json"))
	if err != nil {
		return nil, err
	}
	e := &eveSensor{file: f, out: bufio.NewWriter(f), sums: sums}
	e.json = json.NewEncoder(e.out)
	e.json.SetEscapeHTML(false)
	return e, nil
}

// eveRecord is one line, with the fields in Suricata's order.
type eveRecord struct {
	Timestamp string    `json:"timestamp"`
	FlowID    uint64    `json:"flow_id"`
	Interface string    `json:"in_iface,omitempty"`
	Type      string    `json:"event_type"`
	Src       string    `json:"src_ip"`
	SrcPort   uint16    `json:"src_port"`
	Dst       string    `json:"dest_ip"`
	DstPort   uint16    `json:"dest_port"`
	Proto     string    `json:"proto"`
	App       string    `json:"app_proto,omitempty"`
	Alert     *eveAlert `json:"alert,omitempty"`
	DNS       *eveDNS   `json:"dns,omitempty"`
	HTTP      *eveHTTP  `json:"http,omitempty"`
	TLS       *eveTLS   `json:"tls,omitempty"`
	Flow      *eveFlow  `json:"flow,omitempty"`
	TCP       *eveTCP   `json:"tcp,omitempty"`
}

type eveAlert struct {
	Action    string `json:"action"`
	GID       int    `json:"gid"`
	ID        int    `json:"signature_id"`
	Rev       int    `json:"rev"`
	Signature string `json:"signature"`
	Category  string `json:"category"`
	Severity  int    `json:"severity"`
}

type eveDNS struct {
	Version int         `json:"version,omitempty"`
	Type    string      `json:"type"`
	ID      uint16      `json:"id"`
	Flags   string      `json:"flags,omitempty"`
	QR      bool        `json:"qr,omitempty"`
	RD      bool        `json:"rd,omitempty"`
	RA      bool        `json:"ra,omitempty"`
	Opcode  int         `json:"opcode"`
	Name    string      `json:"rrname"`
	QType   string      `json:"rrtype"`
	RCode   string      `json:"rcode,omitempty"`
	Answers []eveAnswer `json:"answers,omitempty"`
}

type eveAnswer struct {
	Name string `json:"rrname"`
	Type string `json:"rrtype"`
	TTL  int    `json:"ttl"`
	Data string `json:"rdata"`
}

type eveHTTP struct {
	Host     string `json:"hostname"`
	URL      string `json:"url"`
	Agent    string `json:"http_user_agent"`
	MIME     string `json:"http_content_type,omitempty"`
	Method   string `json:"http_method"`
	Protocol string `json:"protocol"`
	Status   int    `json:"status"`
	Length   uint64 `json:"length"`
}

type eveTLS struct {
	SNI     string  `json:"sni,omitempty"`
	Version string  `json:"version"`
	JA3     eveHash `json:"ja3"`
	JA3S    eveHash `json:"ja3s"`
	JA4     string  `json:"ja4,omitempty"`
}

type eveHash struct {
	Hash string `json:"hash"`
}

type eveFlow struct {
	UpPackets   uint64 `json:"pkts_toserver"`
	DownPackets uint64 `json:"pkts_toclient"`
	UpBytes     uint64 `json:"bytes_toserver"`
	DownBytes   uint64 `json:"bytes_toclient"`
	Start       string `json:"start"`
	End         string `json:"end"`
	Age         int64  `json:"age"`
	State       string `json:"state"`
	Reason      string `json:"reason"`
	Alerted     bool   `json:"alerted"`
}

type eveTCP struct {
	Flags     string `json:"tcp_flags"`
	FlagsUp   string `json:"tcp_flags_ts"`
	FlagsDown string `json:"tcp_flags_tc"`
	State     string `json:"state"`
}

func (e *eveSensor) take(r *record) error {
	t := r.talk
	if t == nil || r.what == aspectMetered || t.isTunnel() || !evePrefix.Contains(t.src) && !evePrefix.Contains(t.dst) {
		return nil
	}
	switch r.what { //nolint:exhaustive // messages have no conversation
	case aspectDNS:
		return e.dns(t)
	case aspectHTTP:
		h := t.http
		return e.put(t, "http", "http", r.at, inHTTP, func(x *eveRecord) {
			x.HTTP = &eveHTTP{Host: h.host, URL: h.uri, Agent: h.agent, MIME: h.mime, Method: h.method, Protocol: "HTTP/1.1", Status: h.status, Length: t.down}
		})
	case aspectTLS:
		c := t.tls.client
		return e.put(t, "tls", "tls", r.at, inTLS, func(x *eveRecord) {
			x.TLS = &eveTLS{
				SNI: t.tls.server, Version: strings.NewReplacer("TLSv12", "TLS 1.2", "TLSv13", "TLS 1.3").Replace(c.version),
				JA3: eveHash{c.ja3}, JA3S: eveHash{c.ja3s}, JA4: c.ja4,
			}
		})
	case aspectAlert:
		a := t.alert
		return e.put(t, "alert", "event", r.at, inAlert, func(x *eveRecord) {
			x.Alert = &eveAlert{Action: "allowed", GID: 1, ID: a.id, Rev: 1, Signature: a.signature, Category: a.category, Severity: a.severity}
		})
	}
	return e.flow(t, r.at)
}

// dns writes a question and, apart from it, its answer.
func (e *eveSensor) dns(t *talk) error {
	q := t.dns
	err := e.put(t, "dns", "dns", t.start, inDNS, func(x *eveRecord) {
		x.DNS = &eveDNS{Type: "query", ID: q.id, Name: q.name, QType: q.qtype}
	})
	if err != nil || !t.answered() {
		return err
	}
	return e.put(t, "dns", "dns", t.start.Add(q.rtt), inDNS|inAnswer, func(x *eveRecord) {
		x.DNS = &eveDNS{Version: 2, Type: "answer", ID: q.id, Flags: "8180", QR: true, RD: true, RA: true, Name: q.name, QType: q.qtype, RCode: q.rcode}
		for _, a := range q.answers {
			x.DNS.Answers = append(x.DNS.Answers, eveAnswer{Name: q.name, Type: q.qtype, TTL: q.ttl, Data: a})
		}
	})
}

func (e *eveSensor) flow(t *talk, at time.Time) error {
	// The marks of a flow count at its begin, which is what the record is about.
	count(t.marks, inFlow, "eve/flow", "flow", t.start, false)
	return e.put(t, "flow", "flow", at, 0, func(x *eveRecord) {
		x.App = map[string]string{"ssl": "tls", "": "failed"}[t.service]
		if x.App == "" {
			x.App = t.service
		}
		x.Flow = &eveFlow{
			UpPackets: t.upPackets, DownPackets: t.dnPackets, UpBytes: t.up + t.upPackets*t.overhead(),
			DownBytes: t.down + t.dnPackets*t.overhead(), Start: eveTime(t.start), End: eveTime(t.start.Add(t.length)),
			Age: int64(t.length / time.Second), State: "closed", Reason: "timeout", Alerted: t.alert != nil,
		}
		if !t.answered() {
			x.Flow.State = "new"
		}
		if t.proto == protoTCP {
			x.TCP = &eveTCP{Flags: "1b", FlagsUp: "1b", FlagsDown: "1b", State: "closed"}
			if !t.answered() {
				x.TCP = &eveTCP{Flags: "02", FlagsUp: "02", FlagsDown: "00", State: "syn_sent"}
			}
		}
	})
}

// put writes one record and counts its marks.
func (e *eveSensor) put(t *talk, typ, kind string, at time.Time, in facet, fill func(*eveRecord)) error {
	x := &eveRecord{
		Timestamp: eveTime(at), FlowID: hash(t.uid) >> 12, Interface: "ens2f0", Type: typ, Src: t.src.String(), SrcPort: t.srcPort,
		Dst: t.dst.String(), DstPort: t.dstPort, Proto: strings.ToUpper(protocolName(t.proto)),
	}
	fill(x)
	e.sums["eve/"+typ]++
	count(t.marks, in, "eve/"+typ, kind, at, false)
	return e.json.Encode(x)
}

func (e *eveSensor) close() error { return errors.Join(e.out.Flush(), e.file.Close()) }

func eveTime(t time.Time) string { return t.Format("2006-01-02T15:04:05.000000-0700") }
