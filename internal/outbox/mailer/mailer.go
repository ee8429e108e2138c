// Package mailer sends messages by mail. A message's id is its Message-ID, the same at every try.
package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"stormglass/internal/outbox/message"
	"stormglass/internal/outbox/post"
)

// Config says how to send.
type Config struct {
	Host           string // host:port
	From           string
	To             []string
	User, Password string // empty: we do not log in
	TLS            string // starttls (and nothing without it), implicit, none
	CAFile         string
	Timeout        time.Duration
}

// Sink sends by one server.
type Sink struct {
	cfg  Config
	host string
	port int
	tls  *tls.Config
}

// New makes a sink.
func New(c Config) (*Sink, error) {
	s := &Sink{cfg: c}
	host, port, err := net.SplitHostPort(c.Host)
	if err == nil {
		s.host = host
		s.port, err = strconv.Atoi(port)
	}
	if err != nil {
		return nil, fmt.Errorf("read host: %w", err)
	}
	if s.tls, err = post.TLS(c.CAFile); err != nil {
		return nil, err
	}
	s.tls.ServerName = host
	if _, err := s.client(new(held)); err != nil {
		return nil, err
	}
	return s, nil
}

// Close has nothing to let go of: connections last for a batch.
func (s *Sink) Close() error { return nil }

// held is the connection of a batch. The client leaves it open when what it begins with fails, and does not look at a context later.
type held struct {
	mu   sync.Mutex
	conn net.Conn
	over bool
}

func (h *held) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		return nil, errors.Join(context.Canceled, c.Close())
	}
	h.conn = c
	return c, nil
}

// close closes the connection, now or when there is one.
func (h *held) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over = true; h.conn != nil {
		_ = h.conn.Close() // it was closed already, or nothing more is sent on it
	}
}

func (s *Sink) client(h *held) (*mail.Client, error) {
	dial := h.dial
	if s.cfg.TLS == "implicit" {
		dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := h.dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return tls.Client(c, s.tls), nil
		}
	}
	o := []mail.Option{
		mail.WithDialContextFunc(dial), mail.WithPort(s.port), mail.WithTimeout(s.cfg.Timeout), mail.WithTLSConfig(s.tls), mail.WithHELO("localhost"),
	}
	switch s.cfg.TLS {
	case "implicit":
		o = append(o, mail.WithSSL())
	case "none":
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	default:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.cfg.User != "" {
		o = append(o, mail.WithSMTPAuthCustom(&login{host: s.host, user: s.cfg.User, password: s.cfg.Password}))
	}
	return mail.NewClient(s.host, o...)
}

// Deliver sends one mail after the other over one connection, up to the first that has to be tried again.
func (s *Sink) Deliver(ctx context.Context, batch []*message.Message) (out []error) {
	h := new(held)
	defer h.close()
	stop := context.AfterFunc(ctx, h.close)
	defer stop()
	c, err := s.client(h)
	if err != nil {
		return []error{err}
	}
	dial, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	conn, err := c.DialToSMTPClientWithContext(dial)
	if err != nil {
		return []error{fmt.Errorf("reach the mail server: %w", err)}
	}
	defer func() { _ = c.CloseWithSMTPClient(conn) }() // what was accepted is accepted
	for _, m := range batch {
		one, err := s.compose(m)
		if err != nil {
			out = append(out, message.Refused(err))
			continue
		}
		if err := conn.UpdateDeadline(s.cfg.Timeout); err != nil {
			return append(out, err)
		}
		err = judge(c.SendWithSMTPClient(conn, one))
		out = append(out, err)
		if err != nil && !message.IsRefused(err) {
			break
		}
	}
	return out
}

// judge marks what the server will not take next time either: what it answered with 5xx to the mail itself.
func judge(err error) error {
	if err == nil {
		return nil
	}
	plain := fmt.Errorf("send mail: %w", err)
	if e, ok := errors.AsType[*mail.SendError](err); ok && e.ErrorCode()/100 == 5 {
		return message.Refused(plain)
	}
	return plain
}

// compose writes a mail.
func (s *Sink) compose(m *message.Message) (*mail.Msg, error) {
	out := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8))
	if err := errors.Join(out.From(s.cfg.From), out.To(s.cfg.To...)); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	out.Subject(subject(m))
	out.SetDateWithValue(m.Made)
	out.SetMessageIDWithValue(m.ID + "@" + domainOf(s.cfg.From))
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's machine is to answer
	out.SetGenHeader("X-Stormglass-Delivery", oneLine(m.ID))
	out.SetBodyString(mail.TypeTextPlain, m.Text())
	return out, nil
}

// maxSubject bounds a subject, in bytes.
const maxSubject = 200

func subject(m *message.Message) string {
	mark := ""
	if m.TLP != "" {
		mark = m.TLP + " "
	}
	return oneLine("[stormglass] " + mark + message.Clean(m.Title, maxSubject))
}

// oneLine keeps a header in its line.
func oneLine(s string) string {
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", "").Replace(s)
}

// domainOf gives the domain of an address, which makes a Message-ID ours.
func domainOf(address string) string {
	_, domain, ok := strings.Cut(strings.TrimRight(address, "> "), "@")
	if !ok {
		return "stormglass.invalid"
	}
	return domain
}
