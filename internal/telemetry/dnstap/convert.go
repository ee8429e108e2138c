package dnstap

import (
	"math"
	"time"

	"github.com/miekg/dns"

	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/dnswire"
)

// instant puts seconds and nanoseconds together; unknown when they make no time.
func instant(sec uint64, nanos uint32) telemetry.Instant {
	if sec == 0 || sec > math.MaxInt32*16 || nanos >= 1e9 {
		return 0
	}
	return telemetry.InstantOf(time.Unix(int64(sec), int64(nanos)))
}

// zone reads a name in the form of the wire.
func zone(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	name, _, err := dns.UnpackDomainName(b, 0)
	if err != nil {
		return ""
	}
	if name == "." {
		return name
	}
	return dnswire.Name(name)
}
