package certfile

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"stormglass/internal/fault"
)

// lookEvery is how often, at most, the files are looked at.
const lookEvery = 10 * time.Second

// renewing is a configuration that follows its files.
type renewing struct {
	files   []string // certificate, key, and possibly authorities
	options Options
	now     func() time.Time

	mu       sync.Mutex
	config   *tls.Config
	contents [][]byte // that were tried last
	looked   time.Time
}

func follow(f Files, o Options, now func() time.Time) *renewing {
	r := &renewing{files: []string{f.Certificate, f.Key}, options: o, now: now}
	if f.Authorities != "" {
		r.files = append(r.files, f.Authorities)
	}
	return r
}

// forClient gives the configuration in force.
func (r *renewing) forClient(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	return r.inForce(hello.Context()), nil
}

// certificate gives the certificate in force. Nobody need have come.
func (r *renewing) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return &r.inForce(context.Background()).Certificates[0], nil
}

func (r *renewing) inForce(ctx context.Context) *tls.Config {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); now.Sub(r.looked) >= lookEvery {
		r.looked = now
		r.renew(ctx)
	}
	return r.config
}

// renew reads the files again and takes them when they have changed and fit together. A certificate and a key
// that are being exchanged do not for a moment: they are tried again once a file changes further.
func (r *renewing) renew(ctx context.Context) {
	contents, err := readFiles(r.files)
	if err == nil {
		if slices.EqualFunc(contents, r.contents, bytes.Equal) {
			return
		}
		r.contents = contents
		var config *tls.Config
		if config, err = r.build(contents); err == nil {
			r.config = config
			r.options.Log.InfoContext(ctx, "certificate renewed", slog.String("file", r.files[0]),
				slog.Time("not_after", config.Certificates[0].Leaf.NotAfter))
			return
		}
	} else {
		if r.contents == nil {
			return // it was said that they cannot be read
		}
		r.contents = nil
	}
	r.options.Log.WarnContext(ctx, "renewed certificate cannot be used, the one before stays", slog.String("file", r.files[0]), slog.Any("error", err))
}

func readFiles(names []string) ([][]byte, error) {
	var out [][]byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err)
		}
		out = append(out, b)
	}
	return out, nil
}
