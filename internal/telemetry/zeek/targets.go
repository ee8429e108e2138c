package zeek

import (
	"strings"

	"stormglass/internal/telemetry"
)

var dnsTargets = map[string]target{
	"query":      {set: func(r *row, v string) outcome { r.dns.Query = strings.TrimSuffix(v, "."); return done }},
	"qtype_name": {set: func(r *row, v string) outcome { r.dns.QType = v; return done }},
	"rcode_name": {set: func(r *row, v string) outcome { r.dns.RCode = v; return done }},
	"answers":    {set: func(r *row, v string) outcome { r.batch.AddText(&r.dns.Answers, v); return done }, list: true},
}

var httpTargets = map[string]target{
	"method":            textOf(func(r *row) *string { return &r.http.Method }),
	"host":              textOf(func(r *row) *string { return &r.http.Host }),
	"uri":               textOf(func(r *row) *string { return &r.http.URI }),
	"referrer":          textOf(func(r *row) *string { return &r.http.Referrer }),
	"user_agent":        textOf(func(r *row) *string { return &r.http.UserAgent }),
	"username":          textOf(func(r *row) *string { return &r.http.UserName }),
	"request_body_len":  {set: func(r *row, v string) outcome { return setCount(&r.http.RequestBytes, v) }},
	"response_body_len": {set: func(r *row, v string) outcome { return setCount(&r.http.ResponseBytes, v) }},
	"status_code":       {set: func(r *row, v string) outcome { return setPort(&r.http.Status, v) }},
	"orig_filenames":    {set: addHTTPFile, list: true},
	"resp_filenames":    {set: addHTTPFile, list: true},
}

func addHTTPFile(r *row, v string) outcome { r.batch.AddText(&r.http.Files, v); return done }

var sslTargets = map[string]target{
	"version":     textOf(func(r *row) *string { return &r.tls.Version }),
	"cipher":      textOf(func(r *row) *string { return &r.tls.Cipher }),
	"server_name": textOf(func(r *row) *string { return &r.tls.ServerName }),
	"subject":     textOf(func(r *row) *string { return &r.tls.Subject }),
	"issuer":      textOf(func(r *row) *string { return &r.tls.Issuer }),
	"ja3":         textOf(func(r *row) *string { return &r.tls.JA3 }),
	"ja3s":        textOf(func(r *row) *string { return &r.tls.JA3S }),
	"ja4":         textOf(func(r *row) *string { return &r.tls.JA4 }),
	"established": {set: func(r *row, v string) outcome {
		r.tls.Established = telemetry.Unanswered
		if isTrue(v) {
			r.tls.Established = telemetry.Answered
		}
		return done
	}, also: true},
	"cert_chain_fps":        {set: addFingerprint, list: true},
	"client_cert_chain_fps": {set: addFingerprint, list: true},
}

func addFingerprint(r *row, v string) outcome { r.batch.AddText(&r.tls.Fingerprints, v); return done }

var x509Targets = map[string]target{
	"fingerprint":                  textOf(func(r *row) *string { return &r.cert.Fingerprint }),
	"certificate.serial":           textOf(func(r *row) *string { return &r.cert.Serial }),
	"certificate.subject":          textOf(func(r *row) *string { return &r.cert.Subject }),
	"certificate.issuer":           textOf(func(r *row) *string { return &r.cert.Issuer }),
	"certificate.not_valid_before": {set: func(r *row, v string) outcome { return setInstant(&r.cert.NotBefore, v) }},
	"certificate.not_valid_after":  {set: func(r *row, v string) outcome { return setInstant(&r.cert.NotAfter, v) }},
	"san.dns":                      {set: addName, list: true},
	"san.ip":                       {set: addName, list: true},
	"san.email":                    {set: addName, list: true},
	"san.uri":                      {set: addName, list: true},
	"id.orig_h":                    {}, // certificates have no ends: pairs
	"id.resp_h":                    {},
	"id.orig_p":                    {},
	"id.resp_p":                    {},
	"uid":                          {},
	"proto":                        {},
}

func addName(r *row, v string) outcome { r.batch.AddText(&r.cert.Names, v); return done }

// setInstant keeps a time that lies outside 1970 to 2200 as a pair.
func setInstant(to *telemetry.Instant, v string) outcome {
	if *to = instant(v); !to.Known() {
		return surplus
	}
	return done
}

var fileTargets = map[string]target{
	"filename":    textOf(func(r *row) *string { return &r.file.Name }),
	"mime_type":   textOf(func(r *row) *string { return &r.file.MIME }),
	"md5":         textOf(func(r *row) *string { return &r.file.MD5 }),
	"sha1":        textOf(func(r *row) *string { return &r.file.SHA1 }),
	"sha256":      textOf(func(r *row) *string { return &r.file.SHA256 }),
	"source":      textOf(func(r *row) *string { return &r.file.Protocol }),
	"total_bytes": {set: func(r *row, v string) outcome { return setCount(&r.file.Size, v) }},
	"seen_bytes":  {set: func(r *row, v string) outcome { return setCount(&r.seenBytes, v) }, also: true},
	"is_orig":     {set: func(r *row, v string) outcome { r.fromResponder = !isTrue(v); return done }, also: true},
	"tx_hosts": {list: true, set: func(r *row, v string) outcome {
		if r.ends.Src.IsValid() {
			return surplus
		}
		r.ends.Src = telemetry.ParseAddr(v)
		return check(r.ends.Src.IsValid())
	}},
	"rx_hosts": {list: true, set: func(r *row, v string) outcome {
		if r.ends.Dst.IsValid() {
			return surplus
		}
		r.ends.Dst = telemetry.ParseAddr(v)
		return check(r.ends.Dst.IsValid())
	}},
	"conn_uids": {list: true, set: func(r *row, v string) outcome {
		if r.ends.UID != "" {
			return surplus
		}
		r.ends.UID = v
		return done
	}},
}

// finishFile makes the source who sent the file: of the logs that name a connection, is_orig says
// which side that was.
func finishFile(r *row) {
	e := r.ends
	named := e.SrcPort != 0 || e.DstPort != 0 // by id.*; tx_hosts and rx_hosts have no ports
	if r.fromResponder && named {
		e.Src, e.Dst, e.SrcPort, e.DstPort = e.Dst, e.Src, e.DstPort, e.SrcPort
	}
	r.standIn(&r.file.Size, r.seenBytes, fileSizeOf, "seen_bytes")
}

var smtpTargets = map[string]target{
	"helo":       textOf(func(r *row) *string { return &r.mail.HELO }),
	"subject":    textOf(func(r *row) *string { return &r.mail.Subject }),
	"user_agent": textOf(func(r *row) *string { return &r.mail.UserAgent }),
	"msg_id":     textOf(func(r *row) *string { return &r.mail.MessageID }),
	"mailfrom": {set: func(r *row, v string) outcome {
		r.envelopeFrom = mailbox(v)
		return addMailbox(r, v)
	}},
	"from": {set: func(r *row, v string) outcome {
		r.mail.From = mailbox(v)
		return addMailbox(r, v)
	}},
	"rcptto":   {set: addMailbox, list: true},
	"to":       {set: addMailbox, list: true},
	"cc":       {set: addMailbox, list: true},
	"reply_to": {set: addMailbox, list: true},
	"path":     {set: func(r *row, v string) outcome { r.batch.AddText(&r.mail.Path, v); return done }, list: true},
}

func addMailbox(r *row, v string) outcome {
	if v = mailbox(v); v != "" {
		r.batch.AddText(&r.mail.Addresses, v)
	}
	return done
}

func finishMail(r *row) {
	if r.mail.From == "" {
		r.mail.From = r.envelopeFrom
	}
}
