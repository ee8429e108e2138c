package outbox

import (
	"cmp"
	"fmt"

	"stormglass/internal/fault"
	"stormglass/internal/outbox/elastic"
	"stormglass/internal/outbox/jsonfile"
	"stormglass/internal/outbox/mailer"
	"stormglass/internal/outbox/post"
	"stormglass/internal/outbox/splunk"
	"stormglass/internal/outbox/syslog"
	"stormglass/internal/outbox/webhook"
)

// newReceiver makes a sink of its configuration, which passed Validate, and reads its secret.
func newReceiver(c *Sink) (Receiver, error) {
	secret := ""
	for _, s := range []struct{ key, file string }{
		{"secret_file", c.SecretFile}, {"token_file", c.TokenFile}, {"api_key_file", c.APIKeyFile}, {"password_file", c.PasswordFile},
	} {
		if s.file == "" {
			continue
		}
		var err error
		if secret, err = post.Secret(s.key, s.file); err != nil {
			return nil, err
		}
	}
	switch c.Type {
	case TypeSyslog:
		return syslog.New(c.Address, cmp.Or(c.Format, "cef"), c.CAFile, c.Timeout)
	case TypeFile:
		return jsonfile.New(c.Path), nil
	case TypeWebhook:
		return webhook.New(c.URL, secret, c.CAFile, c.Timeout)
	case TypeSMTP:
		return mailer.New(mailer.Config{
			Host: c.Host, From: c.From, To: c.To, User: c.User, Password: secret, TLS: c.TLS, CAFile: c.CAFile, Timeout: c.Timeout,
		})
	case TypeSplunk:
		return splunk.New(c.URL, secret, c.Index, c.CAFile, c.Timeout)
	case TypeElastic:
		return elastic.New(c.URL, c.Index, secret, c.CAFile, c.Timeout)
	}
	return nil, fault.Wrap(fault.Invalid, fmt.Errorf("unknown type %q", c.Type))
}
