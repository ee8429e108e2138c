package hunt

import (
	"net/netip"
	"strings"

	"stormglass/internal/telemetry"
)

// owners says which ends of a conversation are the operator's.
type owners struct{ src, dst bool }

func (n Networks) owners(e *telemetry.Ends) owners {
	return owners{n.Own(e.Src, e.SrcLocal), n.Own(e.Dst, e.DstLocal)}
}

// subjectOfEnd gives the subject of a value that is one end of a conversation: the other end, unless
// only this one is the operator's.
func subjectOfEnd(e *telemetry.Ends, atDst bool, own owners) (subject netip.Addr, isSrc bool) {
	if atDst {
		if isSrc = e.Src.IsValid() && (own.src || !own.dst); isSrc {
			return e.Src, true
		}
		return e.Dst, false
	}
	if isSrc = !e.Dst.IsValid() || !own.dst && own.src; isSrc {
		return e.Src, true
	}
	return e.Dst, false
}

// visited gives the device that an event is about, where that is the other end of what it states: who logged in to the device, gave it
// a command, or where it sends its log. Of what it only let pass, or stopped, the two ends are the ends.
func (w *walk) visited(e *telemetry.Ends) string {
	if e == nil || !w.batch.Kind.Eventful() || !e.Src.IsValid() && !e.Dst.IsValid() {
		return ""
	}
	ev := &w.batch.Event[w.record]
	if e.Src.IsValid() && e.Dst.IsValid() && !w.ofDevice(ev) {
		return ""
	}
	return ev.Host
}

// ofDevice reports whether an event is about the device itself.
func (w *walk) ofDevice(e *telemetry.Event) bool {
	switch w.batch.ClassOf(e) {
	case telemetry.ClassLogin, telemetry.ClassSession, telemetry.ClassCommand, telemetry.ClassConfig, telemetry.ClassAccount, telemetry.ClassLogging:
		return true
	}
	return false
}

// directions of a conversation of which one half was recorded; they stand beside the answers that
// a sensor states.
const (
	answerTurned  telemetry.Answer = 0x10 + iota // the source of the record is the end that answered
	answerUnclear                                // either end may have opened it
)

// answerOfFlow gives what a flow's own fields say of an answer.
func answerOfFlow(f *telemetry.Flow) telemetry.Answer {
	if f.OneWay {
		return answerOfOneWay(f)
	}
	return f.Answered
}

// answerOfOneWay makes the best of a record of one direction. A TCP source that never acknowledged
// anything got no answer. Else the end with the well-known port is taken as the one that was called;
// with none or two such ports nobody can tell.
func answerOfOneWay(f *telemetry.Flow) telemetry.Answer {
	const syn, ack, wellKnown = 0x02, 0x10, 1024
	switch {
	case f.Proto == 6 && f.TCPFlags&syn != 0 && f.TCPFlags&ack == 0:
		return telemetry.Unanswered
	case f.SrcPort < wellKnown && f.DstPort >= wellKnown:
		return answerTurned
	case f.DstPort < wellKnown && f.SrcPort >= wellKnown:
		return telemetry.AnswerUnknown
	}
	return answerUnclear
}

func roleOf(weOpened bool, a telemetry.Answer) Role {
	if a == telemetry.Refused {
		a = telemetry.Unanswered
	}
	switch {
	case a == answerUnclear:
		return RoleSpoke
	case a == answerTurned && weOpened:
		return RoleCalledUs
	case a == answerTurned:
		return RoleCalled
	case weOpened && a == telemetry.Unanswered:
		return RoleCalledNoAnswer
	case weOpened:
		return RoleCalled
	case a == telemetry.Unanswered:
		return RoleScannedBy
	}
	return RoleCalledUs
}

// subject gives whom a value at a place is about.
func (w *walk) subject(of whose) Subject {
	e := w.batch.Ends(w.record)
	switch {
	case of == ofSource:
		return w.sourceSubject()
	case w.visited(e) != "":
		return deviceSubject(w.visited(e))
	case of == ofEnds, e != nil && (e.Src.IsValid() || e.Dst.IsValid()):
		return w.ownEnd(e)
	case w.batch.Kind.Eventful() && w.batch.Event[w.record].Host != "":
		return deviceSubject(w.batch.Event[w.record].Host)
	}
	return w.sourceSubject()
}

// ownEnd is the subject of a value that belongs to the conversation as a whole: the source when it
// is ours or when neither end is, else the destination.
func (w *walk) ownEnd(e *telemetry.Ends) Subject {
	switch n := w.networks; {
	case e.Src.IsValid() && (n.Own(e.Src, e.SrcLocal) || !n.Own(e.Dst, e.DstLocal)):
		return Subject{Addr: e.Src}
	case e.Dst.IsValid():
		return Subject{Addr: e.Dst}
	}
	return w.sourceSubject()
}

func (w *walk) sourceSubject() Subject {
	s := Subject{Kind: SubjectSource}
	if w.batch.Source != nil {
		s.Name = w.batch.Source.Name
	}
	return s
}

func deviceSubject(host string) Subject {
	if a := telemetry.ParseAddr(host); a.IsValid() {
		return Subject{Addr: a.Unmap().WithZone("")}
	}
	return Subject{Kind: SubjectDevice, Name: telemetry.RedactName(host)}
}

// roleAt gives the role of a value at a place, of which s is the subject.
func (w *walk) roleAt(at place, s *Subject) Role {
	if at.role != 0 {
		return at.role
	}
	return roleOf(s.Kind != SubjectAddr || s.Addr == w.batch.Ends(w.record).Src, at.answer)
}

// ours reports whether the subject of a value is known to be the operator's.
func (w *walk) ours(s *Subject) bool {
	if s.Kind != SubjectAddr {
		return true
	}
	local := telemetry.LocalUnknown
	if e := w.batch.Ends(w.record); e != nil {
		switch s.Addr {
		case e.Src:
			local = e.SrcLocal
		case e.Dst:
			local = e.DstLocal
		}
	}
	return w.networks.Own(s.Addr, local)
}

// answer is what a record says of an answer, or, when a firewall wrote it, that it was refused.
func (w *walk) answer(stated telemetry.Answer) telemetry.Answer {
	span := w.batch.Head(w.record).Extra
	if w.batch.Kind.Eventful() {
		span = w.batch.Event[w.record].Pairs
	}
	if span.Len == 0 {
		return stated
	}
	for _, p := range w.batch.PairsOf(span) {
		if w.marks.of(p.Field)&markAction != 0 && refuses(p.Text) {
			return telemetry.Refused
		}
	}
	return stated
}

func refuses(action string) bool {
	switch strings.ToLower(action) {
	case "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "refused":
		return true
	}
	return false
}
