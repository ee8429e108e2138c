package telemetry

import "strings"

func (b *Batch) assignDNS(d *DNS, id FieldID, v string) Assigned {
	switch id {
	case FieldDNSQuestionName:
		return takeText(&d.Query, strings.TrimSuffix(v, "."))
	case FieldDNSQuestionType:
		return takeText(&d.QType, v)
	case FieldDNSResponseCode:
		return takeText(&d.RCode, v)
	case FieldDNSAnswers:
		return b.takeTexts(&d.Answers, v)
	}
	return NotTaken
}

func (b *Batch) assignHTTP(h *HTTP, id FieldID, v string) Assigned {
	switch id {
	case FieldHTTPMethod:
		return takeText(&h.Method, v)
	case FieldURLDomain:
		return takeText(&h.Host, v)
	case FieldURLOriginal:
		return takeText(&h.URI, v)
	case FieldHTTPReferrer:
		return takeText(&h.Referrer, v)
	case FieldUserAgent:
		return takeText(&h.UserAgent, v)
	case FieldUserName:
		return takeText(&h.UserName, v)
	case FieldHTTPStatus:
		return takePort(&h.Status, v)
	case FieldHTTPRequestBytes:
		return takeCount(&h.RequestBytes, v)
	case FieldHTTPResponseBytes:
		return takeCount(&h.ResponseBytes, v)
	case FieldHTTPFiles:
		return b.takeTexts(&h.Files, v)
	}
	return NotTaken
}

func (b *Batch) assignTLS(t *TLS, id FieldID, v string) Assigned {
	switch id {
	case FieldTLSServerName:
		return takeText(&t.ServerName, v)
	case FieldTLSVersion:
		return takeText(&t.Version, v)
	case FieldTLSCipher:
		return takeText(&t.Cipher, v)
	case FieldTLSJA3:
		return takeText(&t.JA3, v)
	case FieldTLSJA3S:
		return takeText(&t.JA3S, v)
	case FieldTLSJA4:
		return takeText(&t.JA4, v)
	case FieldTLSSubject:
		return takeText(&t.Subject, v)
	case FieldTLSIssuer:
		return takeText(&t.Issuer, v)
	case FieldTLSFingerprints:
		return b.takeTexts(&t.Fingerprints, b.bareHex(v))
	}
	return NotTaken
}

// bareHex takes the colons out of a digest.
func (b *Batch) bareHex(v string) string {
	if strings.IndexByte(v, ':') < 0 || len(v) > 256 {
		return v
	}
	var buf [256]byte
	n := 0
	for i := range len(v) {
		if v[i] != ':' {
			buf[n] = v[i]
			n++
		}
	}
	return b.Copy(buf[:n])
}

func (b *Batch) assignCert(c *Cert, id FieldID, v string) Assigned {
	switch id {
	case FieldCertFingerprint:
		return takeText(&c.Fingerprint, b.bareHex(v))
	case FieldCertSerial:
		return takeText(&c.Serial, v)
	case FieldCertSubject:
		return takeText(&c.Subject, v)
	case FieldCertIssuer:
		return takeText(&c.Issuer, v)
	case FieldCertNotBefore, FieldCertNotAfter:
		to := &c.NotBefore
		if id == FieldCertNotAfter {
			to = &c.NotAfter
		}
		if to.Known() {
			return NotTaken
		}
		*to = ParseInstant(v)
		return understood(to.Known())
	case FieldCertNames:
		return b.takeTexts(&c.Names, v)
	}
	return NotTaken
}

func (f *File) assign(id FieldID, v string) Assigned {
	switch id {
	case FieldFileName:
		return takeText(&f.Name, v)
	case FieldFileMIME:
		return takeText(&f.MIME, v)
	case FieldFileMD5:
		return takeText(&f.MD5, v)
	case FieldFileSHA1:
		return takeText(&f.SHA1, v)
	case FieldFileSHA256:
		return takeText(&f.SHA256, v)
	case FieldFileSize:
		return takeCount(&f.Size, v)
	case FieldProtocol:
		return takeText(&f.Protocol, v)
	}
	return NotTaken
}

func (b *Batch) assignMail(m *Mail, id FieldID, v string) Assigned {
	switch id {
	case FieldMailFrom:
		return takeText(&m.From, v)
	case FieldMailSubject:
		return takeText(&m.Subject, v)
	case FieldMailHELO:
		return takeText(&m.HELO, v)
	case FieldMailUserAgent:
		return takeText(&m.UserAgent, v)
	case FieldMailMessageID:
		return takeText(&m.MessageID, v)
	case FieldMailAddresses:
		return b.takeTexts(&m.Addresses, v)
	case FieldMailPath:
		return b.takeTexts(&m.Path, v)
	}
	return NotTaken
}
