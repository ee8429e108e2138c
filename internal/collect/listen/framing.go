package listen

import (
	"bytes"
	"errors"
)

const (
	countDigits = 9        // that a count of octets may have: nearly a gigabyte, of which the beginning is kept
	longCount   = 20       // digits from which on it is no count of anything, but a line
	keepBuffer  = 16 << 10 // bytes that a framing keeps between messages; a longer message's buffer is given back
)

// errFraming says that where messages begin cannot be told any more.
var errFraming = errors.New("a count of octets that is none")

// Message is one message of a stream, without its framing.
type Message struct {
	Data []byte // valid until the next call; nil is no message
	Cut  bool   // it was longer
}

// Framing splits a stream into messages as RFC 6587 has them: counted ("57 <34>1 2024…") or ended by LF or NUL,
// recognised for each message. RFC 5425 (TLS) requires counts; senders that end lines there too are understood all the same.
// A line may begin with digits, as long as no space follows them. The end of a line is not part of a message, also
// where a sender counts it in; empty messages are none. It keeps one message at most, cut to its limit.
type Framing struct {
	Most int // longest message kept, bytes

	state   framingState
	partial []byte // of the message that is being read
	cut     bool
	left    int // octets of a counted message that are to come
}

type framingState uint8

const (
	atStart framingState = iota
	inCount              // digits so far, kept in partial since they may be a line's
	inCounted
	inLine
)

// Next reads from p up to the end of a message, or all of p when none ends there, and gives what is left of p. After
// an error the stream cannot be read on.
func (f *Framing) Next(p []byte) (rest []byte, m Message, err error) {
	for len(p) > 0 {
		switch f.state {
		case atStart:
			p = f.start(p)
		case inCount:
			if p, err = f.count(p); err != nil {
				return p, Message{}, err
			}
		case inCounted:
			if p = f.counted(p); f.left == 0 {
				m = f.end()
			}
		case inLine:
			var ended bool
			if p, ended = f.line(p); ended {
				m = f.end()
			}
		}
		if m.Data != nil {
			return p, m, nil
		}
	}
	return nil, Message{}, nil
}

// Rest gives the message that the end of the stream leaves unended. It is a whole one only when it is a line and
// the sender has closed the stream properly.
func (f *Framing) Rest(closed bool) Message {
	switch {
	case f.state == inCounted, !closed:
		f.cut = true
	}
	return f.end()
}

func (f *Framing) memory() int { return cap(f.partial) }

func (f *Framing) start(p []byte) []byte {
	if cap(f.partial) > keepBuffer {
		f.partial = nil
	}
	f.partial, f.cut = f.partial[:0], false
	switch c := p[0]; {
	case c == '\n' || c == 0:
		return p[1:]
	case '0' <= c && c <= '9':
		f.state = inCount
	default:
		f.state = inLine
	}
	return p
}

// count reads the digits of a count, until it is clear whether it is one.
func (f *Framing) count(p []byte) ([]byte, error) {
	for i, c := range p {
		switch {
		case '0' <= c && c <= '9' && len(f.partial) < longCount:
			f.partial = append(f.partial, c)
			continue
		case c != ' ':
			f.state = inLine
			return p[i:], nil
		case f.partial[0] == '0' || len(f.partial) > countDigits:
			return p[i:], errFraming
		}
		for _, digit := range f.partial {
			f.left = f.left*10 + int(digit-'0')
		}
		f.partial, f.state = f.partial[:0], inCounted
		return p[i+1:], nil
	}
	return nil, nil
}

func (f *Framing) counted(p []byte) []byte {
	n := min(len(p), f.left)
	f.left -= n
	f.keep(p[:n])
	return p[n:]
}

func (f *Framing) line(p []byte) (rest []byte, ended bool) {
	// Two fast searches: p is what one read gave, so going through it for each NUL costs little.
	line, rest, ended := bytes.Cut(p, []byte{'\n'})
	if nul := bytes.IndexByte(line, 0); nul >= 0 {
		line, rest, ended = p[:nul], p[nul+1:], true
	}
	f.keep(line)
	return rest, ended
}

func (f *Framing) keep(p []byte) {
	if room := f.Most - len(f.partial); len(p) > room {
		p, f.cut = p[:max(room, 0)], true
	}
	f.partial = append(f.partial, p...)
}

// end gives the message that was read and begins the next.
func (f *Framing) end() Message {
	f.state, f.left = atStart, 0
	if len(f.partial) > f.Most { // digits that were kept until they turned out to be a line's
		f.partial, f.cut = f.partial[:f.Most], true
	}
	m := Message{Data: bytes.TrimRight(f.partial, "\r\n\x00"), Cut: f.cut}
	f.partial, f.cut = f.partial[:0], false
	if len(m.Data) == 0 {
		return Message{}
	}
	return m
}
