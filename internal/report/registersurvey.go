package report

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"stormglass/internal/register"
)

// WriteProposal writes what a survey proposes as YAML: entries to copy from, a key for each register. What is a result and no proposal
// (Consensus) stands above as comments.
func WriteProposal(w io.Writer, p *register.Proposal) error {
	b := bufio.NewWriter(w)
	for _, s := range Consensus(p) {
		_, _ = b.WriteString("# result: " + s + "\n")
	}
	for _, name := range register.ProposedRegisters() {
		if text := p.YAML(name); text != nil {
			_, _ = b.Write(bytes.TrimRight(text, "\n"))
			_, _ = b.WriteString("\n\n")
		}
	}
	return b.Flush()
}

// Consensus gives in a sentence each what a few devices do otherwise than nearly all of their role.
func Consensus(p *register.Proposal) []string {
	var out []string
	for i := range p.Odd {
		o := &p.Odd[i]
		of := count(o.Of, "device")
		if o.Role != "" {
			of = number(o.Of) + " " + name(o.Role) + " devices"
		}
		s := number(o.Users) + " of " + of + " use " + o.Usual.String() + " for " + o.Service + "; " + listed(names(o.Devices), 10) + " " +
			map[bool]string{true: "uses", false: "use"}[len(o.Devices) == 1] + " " + seenText(o.Server.String())
		if o.Both {
			s += " besides"
		}
		if o.Suspect {
			s += ", of which intelligence speaks"
		}
		out = append(out, s)
	}
	return out
}

// WriteSurvey tells what a survey found, in few lines.
func WriteSurvey(w io.Writer, p *register.Proposal, o Options) error {
	b := bufio.NewWriter(w)
	g := newPage(b, o)
	g.text(0, bold, "From "+joined(", ", count(p.Records, "record"), spanText(p.First, p.Last))+": "+strings.Join([]string{
		count(len(p.Devices), "device"), count(len(p.Servers), "server"), count(len(p.Accounts), "account"), count(len(p.Tunnels), "tunnel"),
	}, ", ")+" that no register states.")
	doubts := 0
	doubted := func(s *register.Seen) {
		if len(s.Doubts) > 0 {
			doubts++
		}
	}
	for i := range p.Devices {
		doubted(&p.Devices[i].Seen)
	}
	for i := range p.Servers {
		doubted(&p.Servers[i].Seen)
	}
	for i := range p.Accounts {
		doubted(&p.Accounts[i].Seen)
	}
	for i := range p.Tunnels {
		doubted(&p.Tunnels[i].Seen)
	}
	if doubts > 0 {
		g.text(0, "", "There are doubts about "+number(doubts)+" of them: those are comments.")
	}
	if p.Lost > 0 {
		g.text(0, warn, count(p.Lost, "sighting")+" found no place: a shorter period shows them.")
	}
	if odd := Consensus(p); len(odd) > 0 {
		g.heading("What a few devices do otherwise than nearly all")
		for _, s := range odd {
			g.hanging("  ", 4, "", s)
		}
	}
	g.line("")
	g.text(0, dim, "Nothing is adopted: what an intruder has set up looks the same as what is right.")
	return b.Flush()
}
