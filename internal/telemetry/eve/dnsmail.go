package eve

import (
	"slices"
	"strings"

	"stormglass/internal/telemetry"
)

// dnsTargets know the three versions: 1 has one record per answer, 2 a list of answers, 3 a list
// of questions as well.
var dnsTargets = map[string]target{
	"dns.rrname":         field(telemetry.FieldDNSQuestionName),
	"dns.rrtype":         field(telemetry.FieldDNSQuestionType),
	"dns.rcode":          field(telemetry.FieldDNSResponseCode),
	"dns.rdata":          field(telemetry.FieldDNSAnswers),
	"dns.queries.rrname": field(telemetry.FieldDNSQuestionName),
	"dns.queries.rrtype": field(telemetry.FieldDNSQuestionType),
	"dns.query.rrname":   field(telemetry.FieldDNSQuestionName),
	"dns.query.rrtype":   field(telemetry.FieldDNSQuestionType),
	"dns.answers.rdata":  field(telemetry.FieldDNSAnswers),
	"dns.grouped.A":      {set: addAnswer},
	"dns.grouped.AAAA":   {set: addAnswer},
	"dns.grouped.CNAME":  {set: addAnswer},
	"dns.grouped.NS":     {set: addAnswer},
	"dns.grouped.MX":     {set: addAnswer},
	"dns.grouped.PTR":    {set: addAnswer},
	"dns.grouped.TXT":    {set: addAnswer},
	"dns.answer.rcode":   field(telemetry.FieldDNSResponseCode),
}

// addAnswer takes an answer of the grouped form, which often stands beside the list.
func addAnswer(st *state, v string) bool {
	d := &st.batch.DNS[st.i]
	if d.Answers.Len < 256 && slices.Contains(st.batch.TextsOf(d.Answers), v) {
		return true
	}
	st.batch.AddText(&d.Answers, v)
	return true
}

// finishDNS turns an answer round.
func finishDNS(st *state) {
	e := &st.batch.DNS[st.i].Ends
	if e.SrcPort == 53 && e.DstPort != 53 {
		e.Src, e.Dst, e.SrcPort, e.DstPort = e.Dst, e.Src, e.DstPort, e.SrcPort
	}
}

var mailTargets = map[string]target{
	"smtp.helo":        field(telemetry.FieldMailHELO),
	"smtp.mail_from":   {set: addMailbox},
	"smtp.rcpt_to":     {set: addMailbox},
	"email.from":       {set: setFrom},
	"email.to":         {set: addMailbox},
	"email.cc":         {set: addMailbox},
	"email.reply_to":   {set: addMailbox},
	"email.subject":    field(telemetry.FieldMailSubject),
	"email.x_mailer":   field(telemetry.FieldMailUserAgent),
	"email.message_id": field(telemetry.FieldMailMessageID),
	"email.received":   {set: addPath},
}

func setFrom(st *state, v string) bool {
	m := &st.batch.Mail[st.i]
	if m.From != "" {
		return false
	}
	m.From = mailbox(v)
	return addMailbox(st, v)
}

func addMailbox(st *state, v string) bool {
	v = mailbox(v)
	return v != "" && st.batch.Assign(st.i, telemetry.FieldMailAddresses, v) == telemetry.Taken
}

func addPath(st *state, v string) bool {
	return st.batch.Assign(st.i, telemetry.FieldMailPath, v) == telemetry.Taken
}

// finishMail takes the sender of the envelope where the message names none.
func finishMail(st *state) {
	m := &st.batch.Mail[st.i]
	if m.From == "" && m.Addresses.Len > 0 {
		m.From = st.batch.TextsOf(m.Addresses)[0]
	}
}

// mailbox gives the address within a mailbox: what stands in angle brackets, else the whole.
func mailbox(v string) string {
	if i := strings.LastIndexByte(v, '<'); i >= 0 {
		if j := strings.IndexByte(v[i:], '>'); j > 1 {
			v = v[i+1 : i+j]
		}
	}
	return strings.TrimSpace(v)
}
