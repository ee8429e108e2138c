package mailer

import (
	"errors"
	"slices"

	"github.com/wneessen/go-mail/smtp"
)

var (
	errClear = errors.New("the connection is not inside TLS: the password is not sent")
	errLogin = errors.New("the server offers neither AUTH PLAIN nor AUTH LOGIN")
)

// login logs in by what the server offers of PLAIN and LOGIN, and only inside TLS.
type login struct {
	host, user, password string
	smtp.Auth            // the one that was chosen
}

// Start chooses.
func (l *login) Start(server *smtp.ServerInfo) (proto string, toServer []byte, err error) {
	switch {
	case !server.TLS:
		return "", nil, errClear
	case slices.Contains(server.Auth, "PLAIN"):
		l.Auth = smtp.PlainAuth("", l.user, l.password, l.host, false)
	case slices.Contains(server.Auth, "LOGIN"):
		l.Auth = smtp.LoginAuth(l.user, l.password, l.host, false)
	default:
		return "", nil, errLogin
	}
	return l.Auth.Start(server)
}
