package metrics

import "stormglass/internal/web/api"

// eachKind makes a figure's values of those of the kinds of record of the last day; there are none while nothing was counted.
func eachKind(f func(k *api.HeardKind) float64) func(*api.Status, put) {
	return func(st *api.Status, p put) {
		if st.Heard == nil {
			return
		}
		for i := range st.Heard.Kinds {
			p(f(&st.Heard.Kinds[i]), st.Heard.Kinds[i].Kind)
		}
	}
}

// heardFigure makes a figure of what was heard in the last day; there is none while nothing was counted.
func heardFigure(f func(h *api.Heard) float64) func(*api.Status, put) {
	return func(st *api.Status, p put) {
		if st.Heard != nil {
			p(f(st.Heard))
		}
	}
}

func heardFigures() []figure {
	labels := []string{"kind"}
	return []figure{
		{"stormglass_heard_records", "Records of the last 24 hours, counted every five minutes.", gauge, labels, eachKind(func(k *api.HeardKind) float64 { return number(k.Records) })},
		{"stormglass_heard_lost", "Records of the last 24 hours that were lost or unread, as far as their number is known.", gauge, labels, eachKind(func(k *api.HeardKind) float64 { return number(k.Lost) })},
		{"stormglass_heard_claimed_lines", "Lines of the last 24 hours in the name of a device that neither it nor a relay of the register sent; they count as heard of nobody.", gauge, nil, heardFigure(func(h *api.Heard) float64 { return number(h.ClaimLines) })},
		{"stormglass_heard_claimed_devices", "Devices in whose names others sent lines in the last 24 hours.", gauge, nil, heardFigure(func(h *api.Heard) float64 { return float64(h.ClaimsAll) })},
		{"stormglass_heard_gap_hours", "Hours, of 24, in which records were lost or could not be read, or none came from anybody.", gauge, labels, eachKind(func(k *api.HeardKind) float64 { return float64(k.Gaps) })},
	}
}
