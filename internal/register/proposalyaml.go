package register

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"stormglass/internal/telemetry"
)

// ProposedRegisters are the registers that a proposal speaks of.
func ProposedRegisters() []string { return []string{"devices", "servers", "accounts", "tunnels"} }

// YAML writes a part of the proposal as a file of the register: entries that a person may copy, each with what was seen. What there
// are doubts about is a comment. Nil when there is nothing to propose.
func (p *Proposal) YAML(register string) []byte {
	w := &yamlWriter{}
	switch register {
	case "devices":
		for i := range p.Devices {
			w.device(&p.Devices[i])
		}
	case "servers":
		w.servers(p.Servers)
	case "accounts":
		for i := range p.Accounts {
			w.account(&p.Accounts[i])
		}
	case "tunnels":
		for i := range p.Tunnels {
			w.tunnel(&p.Tunnels[i])
		}
	}
	if w.Len() == 0 {
		return nil
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Proposed from %s to %s (%d records). Nothing of this is in force: look at each entry, and copy what is right to\n# registers/%s.yaml. What an intruder has set up looks the same as what is right.\n",
		p.First.Day(), p.Last.Day(), p.Records, register)
	if p.Lost > 0 {
		fmt.Fprintf(&out, "# %d sightings found no place: a shorter period shows them.\n", p.Lost)
	}
	out.WriteString(register + ":\n")
	out.Write(w.Bytes())
	return out.Bytes()
}

// yamlWriter writes entries.
type yamlWriter struct{ bytes.Buffer }

// entry writes what was seen as comments and the keys below; with a doubt all of it is a comment.
func (w *yamlWriter) entry(s *Seen, remark string, keys ...string) {
	fmt.Fprintf(w, "  # %s: %d records%s\n", seenFrom(s), s.Records, remark)
	for _, d := range s.Doubts {
		fmt.Fprintf(w, "  # doubt: %s\n", d)
	}
	begin := "  "
	if len(s.Doubts) > 0 {
		begin = "  # "
	}
	lead := "- "
	for _, k := range keys {
		if k != "" {
			fmt.Fprintf(w, "%s%s%s\n", begin, lead, k)
			lead = "  "
		}
	}
}

func seenFrom(s *Seen) string {
	if !s.First.Known() {
		return "seen at unknown times"
	}
	return "seen from " + s.First.Day().String() + " to " + s.Last.Day().String()
}

// since gives the key for when an entry begins: before, nobody knows.
func since(at telemetry.Instant) string {
	if !at.Known() {
		return ""
	}
	return "valid_from: " + at.Day().String()
}

func (w *yamlWriter) device(d *ProposedDevice) {
	keys := []string{"id: " + strconv.Quote(d.ID)}
	if len(d.Exporters) > 0 {
		xs := make([]string, 0, len(d.Exporters))
		for _, x := range d.Exporters {
			xs = append(xs, fmt.Sprintf("{address: %q, observation_domain: %d}", x.Address, x.Domain))
		}
		keys = append(keys, "exporter: ["+strings.Join(xs, ", ")+"]")
	}
	w.entry(&d.Seen, "", append(keys, since(d.First))...)
}

// maxDoubtful is how many servers of a service are written that there are doubts about.
const maxDoubtful = 20

func (w *yamlWriter) servers(all []ProposedServer) {
	doubtful := map[string]int{}
	for i := range all {
		if len(all[i].Doubts) > 0 {
			doubtful[all[i].Service]++
		}
		if len(all[i].Doubts) == 0 || doubtful[all[i].Service] <= maxDoubtful {
			w.server(&all[i])
		}
	}
	for _, service := range services {
		if more := doubtful[service] - maxDoubtful; more > 0 {
			fmt.Fprintf(w, "  # %d further addresses with doubts for %s are left out\n", more, service)
		}
	}
}

func (w *yamlWriter) server(p *ProposedServer) {
	use := "use"
	if p.Service == ServiceJump || p.Service == ServiceNMS {
		use = "are reached from"
	}
	w.entry(&p.Seen, fmt.Sprintf("; %d of %d devices %s it", p.Devices, p.Of, use), "service: "+p.Service, "addresses: ["+strconv.Quote(p.Address.String())+"]", since(p.First))
}

func (w *yamlWriter) account(a *ProposedAccount) {
	keys := []string{"name: " + strconv.Quote(a.Name), "kind: " + string(a.Kind)}
	if len(a.Hosts) > 0 {
		keys = append(keys, "hosts: ["+quotedAddrs(a.Hosts...)+"]")
	}
	if len(a.Commands) > 0 {
		cs := make([]string, 0, len(a.Commands))
		for _, c := range a.Commands {
			cs = append(cs, strconv.Quote(c))
		}
		keys = append(keys, "commands: ["+strings.Join(cs, ", ")+"]")
	}
	w.entry(&a.Seen, fmt.Sprintf(" on %d devices; the kind is a guess", a.Devices), append(keys, since(a.First))...)
}

func (w *yamlWriter) tunnel(t *ProposedTunnel) {
	id := t.Protocol + " " + t.Ends[0].String() + " " + t.Ends[1].String()
	w.entry(&t.Seen, "", "id: "+strconv.Quote(id), "ends: ["+quotedAddrs(t.Ends[:]...)+"]", "protocols: ["+t.Protocol+"]", since(t.First))
}

func quotedAddrs(as ...netip.Addr) string {
	out := make([]string, 0, len(as))
	for _, a := range as {
		out = append(out, strconv.Quote(a.String()))
	}
	return strings.Join(out, ", ")
}
