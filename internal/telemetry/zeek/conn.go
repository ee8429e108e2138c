package zeek

import "stormglass/internal/telemetry"

var connTargets = map[string]target{
	"duration": {set: func(r *row, v string) outcome {
		d, ok := interval(v)
		r.flow.Duration = d
		return check(ok)
	}},
	"service":       {set: func(r *row, v string) outcome { r.flow.Service = v; return done }},
	"conn_state":    {set: func(r *row, v string) outcome { r.flow.State = v; return done }},
	"community_id":  {set: func(r *row, v string) outcome { r.flow.CommunityID = v; return done }},
	"orig_bytes":    {set: func(r *row, v string) outcome { return setCount(&r.flow.SrcBytes, v) }},
	"resp_bytes":    {set: func(r *row, v string) outcome { return setCount(&r.flow.DstBytes, v) }},
	"orig_pkts":     {set: func(r *row, v string) outcome { return setCount(&r.flow.SrcPackets, v) }},
	"resp_pkts":     {set: func(r *row, v string) outcome { return setCount(&r.flow.DstPackets, v) }},
	"orig_ip_bytes": {set: func(r *row, v string) outcome { return setCount(&r.origIPBytes, v) }, also: true},
	"resp_ip_bytes": {set: func(r *row, v string) outcome { return setCount(&r.respIPBytes, v) }, also: true},
	"local_orig":    {set: func(r *row, v string) outcome { return setLocal(&r.ends.SrcLocal, v) }},
	"local_resp":    {set: func(r *row, v string) outcome { return setLocal(&r.ends.DstLocal, v) }},
	"history":       {set: func(r *row, v string) outcome { r.history = v; return done }, also: true},
	"ip_proto": {set: func(r *row, v string) outcome {
		if r.ends.Proto == 0 {
			r.ends.Proto = telemetry.ParseTransport(v)
		}
		return done
	}},
}

func finishConn(r *row) {
	finishProto(r)
	f := r.flow
	r.standIn(&f.SrcBytes, r.origIPBytes, sourceBytesOf, "orig_ip_bytes")
	r.standIn(&f.DstBytes, r.respIPBytes, destinationBytesOf, "resp_ip_bytes")
	f.Answered = answer(f, r.history)
}

// answer is the table of the package's comment.
func answer(f *telemetry.Flow, history string) telemetry.Answer {
	switch f.State {
	case "SF", "S1", "S2", "S3", "RSTO", "RSTR", "SHR", "RSTRH":
		return telemetry.Answered
	case "REJ":
		return telemetry.Refused
	case "S0", "SH", "RSTOS0":
		return telemetry.Unanswered
	}
	if known(f.DstBytes) || known(f.DstPackets) {
		return telemetry.Answered
	}
	for i := range len(history) {
		if c := history[i]; c >= 'a' && c <= 'z' {
			return telemetry.Answered
		}
	}
	return telemetry.AnswerUnknown
}

// known reports whether a count is stated and not nil.
func known(n uint64) bool { return n != 0 && n != telemetry.NoCount }
