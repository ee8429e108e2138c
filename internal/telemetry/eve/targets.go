package eve

import (
	"stormglass/internal/telemetry"
)

// target is where the value of a key goes.
type target struct {
	id  telemetry.FieldID
	set func(*state, string) bool // instead of id; false keeps the value as a pair
}

func field(id telemetry.FieldID) target { return target{id: id} }

var commonTargets = map[string]target{
	"timestamp":    field(telemetry.FieldTimestamp),
	"src_ip":       field(telemetry.FieldSourceIP),
	"dest_ip":      field(telemetry.FieldDestinationIP),
	"src_port":     field(telemetry.FieldSourcePort),
	"dest_port":    field(telemetry.FieldDestinationPort),
	"proto":        field(telemetry.FieldTransport),
	"flow_id":      field(telemetry.FieldSessionUID),
	"community_id": field(telemetry.FieldCommunityID),
	"host":         field(telemetry.FieldHostName),
}

// typed says how an event_type becomes records of a kind.
type typed struct {
	kind    telemetry.Kind
	targets map[string]target
	finish  func(*state)
}

var typedEvents = map[string]typed{
	"flow":     {telemetry.KindFlow, flowTargets, finishFlow},
	"netflow":  {telemetry.KindFlow, netflowTargets, finishNetflow},
	"dns":      {telemetry.KindDNS, dnsTargets, finishDNS},
	"http":     {telemetry.KindHTTP, httpTargets, nil},
	"tls":      {telemetry.KindTLS, tlsTargets, nil},
	"fileinfo": {telemetry.KindFile, fileTargets, nil},
	"smtp":     {telemetry.KindMail, mailTargets, finishMail},
	"email":    {telemetry.KindMail, mailTargets, finishMail},
}

var httpTargets = map[string]target{
	"http.hostname":          field(telemetry.FieldURLDomain),
	"http.url":               field(telemetry.FieldURLOriginal),
	"http.http_user_agent":   field(telemetry.FieldUserAgent),
	"http.http_refer":        field(telemetry.FieldHTTPReferrer),
	"http.http_method":       field(telemetry.FieldHTTPMethod),
	"http.status":            field(telemetry.FieldHTTPStatus),
	"http.length":            field(telemetry.FieldHTTPResponseBytes),
	"http.filename":          field(telemetry.FieldHTTPFiles),
	"http.content_disp_file": field(telemetry.FieldHTTPFiles),
}

var tlsTargets = map[string]target{
	"tls.sni":                field(telemetry.FieldTLSServerName),
	"tls.version":            field(telemetry.FieldTLSVersion),
	"tls.cipher":             field(telemetry.FieldTLSCipher),
	"tls.subject":            field(telemetry.FieldTLSSubject),
	"tls.issuerdn":           field(telemetry.FieldTLSIssuer),
	"tls.ja3.hash":           field(telemetry.FieldTLSJA3),
	"tls.ja3s.hash":          field(telemetry.FieldTLSJA3S),
	"tls.ja4":                field(telemetry.FieldTLSJA4),
	"tls.fingerprint":        field(telemetry.FieldTLSFingerprints),
	"tls.client.fingerprint": field(telemetry.FieldTLSFingerprints),
}

var fileTargets = map[string]target{
	"fileinfo.filename": field(telemetry.FieldFileName),
	"fileinfo.mimetype": field(telemetry.FieldFileMIME),
	"fileinfo.md5":      field(telemetry.FieldFileMD5),
	"fileinfo.sha1":     field(telemetry.FieldFileSHA1),
	"fileinfo.sha256":   field(telemetry.FieldFileSHA256),
	"fileinfo.size":     field(telemetry.FieldFileSize),
	"app_proto":         field(telemetry.FieldProtocol),
}
