package report

import "stormglass/internal/hunt/coverage"

// shownClaims is how many devices are named in whose names others wrote.
const shownClaims = 3

// claimLimits says in whose names other machines wrote, and of which devices nobody could tell.
func claimLimits(s *coverage.Survey) (out []string) {
	claims := s.Claims()
	for _, c := range claims[:min(len(claims), shownClaims)] {
		from := make([]string, 0, len(c.Senders))
		for _, a := range c.Senders {
			from = append(from, a.String())
		}
		out = append(out, count(c.Records, "line")+" in the name of "+cutText(name(c.Device), maxName)+" came from "+listed(from, len(from))+moreSenders(c.More)+
			", no address of it and no relay in the register: nothing of it counts as heard of the device. If that is right, state the address in devices.yaml, or the relay in servers.yaml (service: relay).")
	}
	if more := len(claims) - shownClaims; more > 0 {
		out = append(out, "The same holds of lines in the names of "+count(more, "further device")+".")
	}
	if n := s.Unproven(); n > 0 {
		out = append(out, "Of "+count(n, "device")+" the register states no address, and no relays: whoever may send lines may have written in their names.")
	}
	return out
}

func moreSenders(n int) string {
	if n == 0 {
		return ""
	}
	return " and " + count(n, "further sender")
}
