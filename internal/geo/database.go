package geo

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Limits of a database.
const (
	maxDatabase = 1 << 30 // bytes
	maxKept     = 1 << 18 // records kept as they are read; further ones are read each time
	maxProbed   = 1 << 16 // networks looked at to learn what a database gives
)

// marker stands before the description of a database, near its end.
const marker = "\xab\xcd\xefMaxMind.com"

func isDatabase(data []byte) bool {
	const near = 128 << 10
	return bytes.Contains(data[max(0, len(data)-near):], []byte(marker))
}

// database is one file in the MaxMind DB format.
type database struct {
	name  string
	in    *maxminddb.Reader
	gives [numWhat]bool
	flags flags // of which it speaks

	kept sync.Map // of uintptr to *record
	many atomic.Int64
}

// openDatabase checks a database whole and learns what it gives.
func openDatabase(name string, data []byte) (*database, error) {
	in, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, fmt.Errorf("it is no MaxMind DB: %w: fetch it again", err)
	}
	if err := in.Verify(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w: fetch it again", err)
	}
	d := &database{name: name, in: in}
	if err := d.probe(); err != nil {
		return nil, err
	}
	return d, nil
}

// probe looks at what the first networks say.
func (d *database) probe() error {
	n := 0
	for result := range d.in.Networks() {
		if n++; n > maxProbed {
			break
		}
		r := d.of(result)
		for w, text := range r.texts {
			d.gives[w] = d.gives[w] || text != ""
		}
		d.flags |= r.stated
	}
	d.gives[flag] = d.flags != 0
	d.gives[access] = d.flags != 0 || d.gives[user] || d.gives[connection]
	for _, gives := range d.gives {
		if gives {
			return nil
		}
	}
	return errors.New("it gives neither country, nor autonomous system, nor sort of access: take it out")
}

// nothing is the record of an address of which a database knows nothing.
var nothing = &record{}

// lookup gives what the database says of an address.
func (d *database) lookup(a netip.Addr) *record { return d.of(d.in.Lookup(a)) }

func (d *database) of(result maxminddb.Result) *record {
	if !result.Found() {
		return nothing
	}
	key := result.Offset()
	if r, ok := d.kept.Load(key); ok {
		return r.(*record)
	}
	var m map[string]any
	if err := result.Decode(&m); err != nil {
		return nothing // it was verified: the record is no map
	}
	r := recordOf(m)
	if d.many.Add(1) <= maxKept {
		d.kept.Store(key, r)
	}
	return r
}

// built gives when the database was made.
func (d *database) built() time.Time { return d.in.Metadata.BuildTime().UTC() }
