package hello

import "golang.org/x/crypto/cryptobyte"

// Server is a server hello.
type Server struct {
	Version    uint16 // of the message itself
	Selected   uint16 // of the extension that TLS 1.3 has for it; 0 without
	Cipher     uint16
	Extensions []uint16
}

// Parse reads the body of a server hello, without the four octets of its header.
func (h *Server) Parse(body []byte) error {
	*h = Server{Extensions: h.Extensions[:0]}
	s := cryptobyte.String(body)
	var session, extensions cryptobyte.String
	if !s.ReadUint16(&h.Version) || !s.Skip(32) {
		return ErrServer
	}
	if draft13(h.Version) { // the first drafts of TLS 1.3 had neither a session nor a compression
		if !s.ReadUint16(&h.Cipher) {
			return ErrServer
		}
	} else if !s.ReadUint8LengthPrefixed(&session) || !s.ReadUint16(&h.Cipher) || !s.Skip(1) {
		return ErrServer
	}
	if s.Empty() {
		return nil
	}
	if !s.ReadUint16LengthPrefixed(&extensions) || !s.Empty() {
		return ErrServer
	}
	for !extensions.Empty() {
		var kind uint16
		var data cryptobyte.String
		if !extensions.ReadUint16(&kind) || !extensions.ReadUint16LengthPrefixed(&data) {
			return ErrServer
		}
		h.Extensions = append(h.Extensions, kind)
		if kind == extVersions && !data.ReadUint16(&h.Selected) {
			return ErrServer
		}
	}
	return nil
}

func draft13(v uint16) bool { return v>>8 == 0x7f && v&0xff < 22 }

// Negotiated is the version that the two ends agreed on.
func (h *Server) Negotiated() uint16 {
	if h.Selected != 0 {
		return h.Selected
	}
	return h.Version
}
