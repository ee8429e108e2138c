package telemetry

// The fields of the schemas. What ECS lacks lives under stormglass.*.
const (
	FieldOther              FieldID = iota // stormglass.other
	FieldTimestamp                         // @timestamp
	FieldMessage                           // message
	FieldOriginal                          // event.original
	FieldDataset                           // event.dataset
	FieldHostName                          // host.name
	FieldSourceIP                          // source.ip
	FieldSourcePort                        // source.port
	FieldSourceBytes                       // source.bytes
	FieldSourcePackets                     // source.packets
	FieldDestinationIP                     // destination.ip
	FieldDestinationPort                   // destination.port
	FieldDestinationBytes                  // destination.bytes
	FieldDestinationPackets                // destination.packets
	FieldTransport                         // network.iana_number
	FieldProtocol                          // network.protocol
	FieldCommunityID                       // network.community_id
	FieldDuration                          // event.duration
	FieldState                             // stormglass.flow.state
	FieldTCPFlags                          // stormglass.flow.tcp_flags
	FieldSessionUID                        // stormglass.session.uid
	FieldDNSQuestionName                   // dns.question.name
	FieldDNSQuestionType                   // dns.question.type
	FieldDNSResponseCode                   // dns.response_code
	FieldDNSAnswers                        // dns.answers.data
	FieldHTTPMethod                        // http.request.method
	FieldURLDomain                         // url.domain
	FieldURLOriginal                       // url.original
	FieldHTTPReferrer                      // http.request.referrer
	FieldUserAgent                         // user_agent.original
	FieldUserName                          // user.name
	FieldHTTPStatus                        // http.response.status_code
	FieldHTTPRequestBytes                  // http.request.body.bytes
	FieldHTTPResponseBytes                 // http.response.body.bytes
	FieldHTTPFiles                         // stormglass.http.files
	FieldTLSServerName                     // tls.client.server_name
	FieldTLSVersion                        // tls.version
	FieldTLSCipher                         // tls.cipher
	FieldTLSJA3                            // tls.client.ja3
	FieldTLSJA3S                           // tls.server.ja3s
	FieldTLSJA4                            // tls.client.ja4
	FieldTLSSubject                        // tls.server.subject
	FieldTLSIssuer                         // tls.server.issuer
	FieldTLSFingerprints                   // tls.server.certificate_chain
	FieldCertFingerprint                   // x509.fingerprint
	FieldCertSerial                        // x509.serial_number
	FieldCertSubject                       // x509.subject.distinguished_name
	FieldCertIssuer                        // x509.issuer.distinguished_name
	FieldCertNotBefore                     // x509.not_before
	FieldCertNotAfter                      // x509.not_after
	FieldCertNames                         // x509.alternative_names
	FieldFileName                          // file.name
	FieldFileMIME                          // file.mime_type
	FieldFileMD5                           // file.hash.md5
	FieldFileSHA1                          // file.hash.sha1
	FieldFileSHA256                        // file.hash.sha256
	FieldFileSize                          // file.size
	FieldMailFrom                          // email.from.address
	FieldMailSubject                       // email.subject
	FieldMailHELO                          // stormglass.mail.helo
	FieldMailUserAgent                     // email.x_mailer
	FieldMailMessageID                     // email.message_id
	FieldMailAddresses                     // stormglass.mail.addresses
	FieldMailPath                          // stormglass.mail.path
	FieldExporter                          // observer.ip
	FieldExporterDomain                    // stormglass.observer.domain
	FieldSampling                          // stormglass.flow.sampling_rate
	FieldInIf                              // observer.ingress.interface.id
	FieldOutIf                             // observer.egress.interface.id
	FieldSourceAS                          // source.as.number
	FieldDestinationAS                     // destination.as.number
	FieldNextHop                           // stormglass.flow.next_hop
	FieldSourceNATIP                       // source.nat.ip
	FieldSourceNATPort                     // source.nat.port
	FieldDestinationNATIP                  // destination.nat.ip
	FieldDestinationNATPort                // destination.nat.port
	FieldVLAN                              // network.vlan.id
	FieldDestinationVLAN                   // stormglass.flow.destination_vlan
	FieldTOS                               // stormglass.flow.tos
	FieldSourceMask                        // stormglass.flow.source_mask
	FieldDestinationMask                   // stormglass.flow.destination_mask
	FieldDirection                         // network.direction
	numFields
)

var fieldNameTable = [numFields]string{
	FieldOther:              "stormglass.other",
	FieldTimestamp:          "@timestamp",
	FieldMessage:            "message",
	FieldOriginal:           "event.original",
	FieldDataset:            "event.dataset",
	FieldHostName:           "host.name",
	FieldSourceIP:           "source.ip",
	FieldSourcePort:         "source.port",
	FieldSourceBytes:        "source.bytes",
	FieldSourcePackets:      "source.packets",
	FieldDestinationIP:      "destination.ip",
	FieldDestinationPort:    "destination.port",
	FieldDestinationBytes:   "destination.bytes",
	FieldDestinationPackets: "destination.packets",
	FieldTransport:          "network.iana_number",
	FieldProtocol:           "network.protocol",
	FieldCommunityID:        "network.community_id",
	FieldDuration:           "event.duration",
	FieldState:              "stormglass.flow.state",
	FieldTCPFlags:           "stormglass.flow.tcp_flags",
	FieldSessionUID:         "stormglass.session.uid",
	FieldDNSQuestionName:    "dns.question.name",
	FieldDNSQuestionType:    "dns.question.type",
	FieldDNSResponseCode:    "dns.response_code",
	FieldDNSAnswers:         "dns.answers.data",
	FieldHTTPMethod:         "http.request.method",
	FieldURLDomain:          "url.domain",
	FieldURLOriginal:        "url.original",
	FieldHTTPReferrer:       "http.request.referrer",
	FieldUserAgent:          "user_agent.original",
	FieldUserName:           "user.name",
	FieldHTTPStatus:         "http.response.status_code",
	FieldHTTPRequestBytes:   "http.request.body.bytes",
	FieldHTTPResponseBytes:  "http.response.body.bytes",
	FieldHTTPFiles:          "stormglass.http.files",
	FieldTLSServerName:      "tls.client.server_name",
	FieldTLSVersion:         "tls.version",
	FieldTLSCipher:          "tls.cipher",
	FieldTLSJA3:             "tls.client.ja3",
	FieldTLSJA3S:            "tls.server.ja3s",
	FieldTLSJA4:             "tls.client.ja4",
	FieldTLSSubject:         "tls.server.subject",
	FieldTLSIssuer:          "tls.server.issuer",
	FieldTLSFingerprints:    "tls.server.certificate_chain",
	FieldCertFingerprint:    "x509.fingerprint",
	FieldCertSerial:         "x509.serial_number",
	FieldCertSubject:        "x509.subject.distinguished_name",
	FieldCertIssuer:         "x509.issuer.distinguished_name",
	FieldCertNotBefore:      "x509.not_before",
	FieldCertNotAfter:       "x509.not_after",
	FieldCertNames:          "x509.alternative_names",
	FieldFileName:           "file.name",
	FieldFileMIME:           "file.mime_type",
	FieldFileMD5:            "file.hash.md5",
	FieldFileSHA1:           "file.hash.sha1",
	FieldFileSHA256:         "file.hash.sha256",
	FieldFileSize:           "file.size",
	FieldMailFrom:           "email.from.address",
	FieldMailSubject:        "email.subject",
	FieldMailHELO:           "stormglass.mail.helo",
	FieldMailUserAgent:      "email.x_mailer",
	FieldMailMessageID:      "email.message_id",
	FieldMailAddresses:      "stormglass.mail.addresses",
	FieldMailPath:           "stormglass.mail.path",
	FieldExporter:           "observer.ip",
	FieldExporterDomain:     "stormglass.observer.domain",
	FieldSampling:           "stormglass.flow.sampling_rate",
	FieldInIf:               "observer.ingress.interface.id",
	FieldOutIf:              "observer.egress.interface.id",
	FieldSourceAS:           "source.as.number",
	FieldDestinationAS:      "destination.as.number",
	FieldNextHop:            "stormglass.flow.next_hop",
	FieldSourceNATIP:        "source.nat.ip",
	FieldSourceNATPort:      "source.nat.port",
	FieldDestinationNATIP:   "destination.nat.ip",
	FieldDestinationNATPort: "destination.nat.port",
	FieldVLAN:               "network.vlan.id",
	FieldDestinationVLAN:    "stormglass.flow.destination_vlan",
	FieldTOS:                "stormglass.flow.tos",
	FieldSourceMask:         "stormglass.flow.source_mask",
	FieldDestinationMask:    "stormglass.flow.destination_mask",
	FieldDirection:          "network.direction",
}
