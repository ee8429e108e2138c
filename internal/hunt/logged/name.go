package logged

import (
	"net/netip"
	"strings"

	"stormglass/internal/hunt/coverage"
	"stormglass/internal/register"
	"stormglass/internal/telemetry"
)

// maxName is the longest name of a device or an account, in bytes: what is longer is none.
const maxName = 128

// Device gives the name by which a device is known, whatever its logs call it: the id of the register, or, for one that is not stated,
// its name in lower case. Empty: there is none.
func Device(r *register.Registers, host string, at telemetry.Instant) (id string, stated bool) {
	if host == "" {
		return "", false
	}
	if d, ok := deviceOf(r, host, at); ok {
		return d.ID, true
	}
	return strings.ToLower(Name(host)), false
}

// deviceOf gives the device of the register that a line names, by name or address.
func deviceOf(r *register.Registers, host string, at telemetry.Instant) (*register.Device, bool) {
	if d, ok := r.DeviceNamed(host, at); ok {
		return d, true
	}
	if host != "" && (host[0] <= '9' || strings.IndexByte(host, ':') >= 0) {
		if a, err := netip.ParseAddr(host); err == nil {
			return r.DeviceAt(a, at)
		}
	}
	return nil, false
}

// Spoke reports whether a line that names a device may be taken for its own: nobody else is known to have sent it (coverage.Claim).
func Spoke(r *register.Registers, b *telemetry.Batch, e *telemetry.Event) bool {
	from, origin := coverage.Sender(b, e)
	if !from.IsValid() && !origin.IsValid() {
		return true
	}
	d, ok := deviceOf(r, e.Host, e.Occurred)
	return !ok || r.Speaks(d, from, origin, e.Occurred) != register.Doubted
}

// Name gives the name of a device as it may be kept and shown; empty for what can be none.
func Name(host string) string {
	if !plain(host) {
		return ""
	}
	return telemetry.RedactField(telemetry.FieldHostName.String(), host)
}

// User gives the name of an account as it may be kept and shown; empty for what can be none.
func User(name string) string {
	if !plain(name) {
		return ""
	}
	return telemetry.RedactField(telemetry.FieldUserName.String(), name)
}

func plain(name string) bool {
	return name != "" && len(name) <= maxName && strings.IndexFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}

// Account gives the name by which an account is known, in lower case: that of the register, whatever alias a record writes.
func Account(r *register.Registers, user string, at telemetry.Instant) string {
	if a, ok := r.Account(user, at); ok {
		return strings.ToLower(a.Name)
	}
	return strings.ToLower(user)
}
