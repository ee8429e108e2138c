package habit

import (
	"encoding/binary"
	"fmt"

	"stormglass/internal/hunt/analyse"
	"stormglass/internal/telemetry"
)

// sign is the key of the row that says that accounts were used on a day: it comes before all others.
var sign = []byte{}

func appendInt(b []byte, n int64) []byte { return binary.AppendVarint(b, n) }

// learned reports whether enough days before the one that is told of were learned from, by the rows of the sign: the first of them lies as
// many days back as asked, and at least a third of the days since had uses. It says what is missing.
func learned(w *analyse.Window, rows []analyse.Row, days int) bool {
	if len(rows) == 0 {
		return false
	}
	first, held := rows[0].Day, 0
	for _, r := range rows {
		if r.Day < w.Day && r.Day >= w.Day-telemetry.Day(days) {
			held++
		}
	}
	if since := int(w.Day - first); since < days {
		w.Warming(first + telemetry.Day(days))
		return false
	}
	if held*3 < days {
		w.Blind(fmt.Sprintf("%s: uses of accounts are held of only %d of the %d days before", w.Day, held, days))
		return false
	}
	return true
}

// signed says so where no row of the sign came: no account is known to have been used on any of the days.
func signed(w *analyse.Window, came bool) {
	if !came {
		w.Blind("no use of an account is known: of logins, sessions and commands none says who")
	}
}
