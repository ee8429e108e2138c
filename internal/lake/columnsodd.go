package lake

import "stormglass/internal/telemetry"

// Columns whose absence is not a number of their own: it hangs on other fields of the record.

// port is null in records that have no ends, as in telemetry.Schema.
func port(name string, at func(*telemetry.Ends) *uint16) column {
	return column{
		name: name, form: formNumber, typ: typeUint16, width: 4, absent: 1 << 16,
		load: func(b *telemetry.Batch, rows []int32, out []uint64) {
			for j, i := range rows {
				e := b.Ends(int(i))
				out[j] = uint64(*at(e))
				if out[j] == 0 && !e.Src.IsValid() && !e.Dst.IsValid() {
					out[j] = 1 << 16
				}
			}
		},
		store: func(b *telemetry.Batch, in []uint64) {
			for i, v := range in {
				*at(b.Ends(i)) = uint16(v) // the absent number has no low bits
			}
		},
	}
}

// icmp numbers are null when both of a flow are zero.
func icmp(name string, at func(*telemetry.Flow) *uint8) column {
	return column{
		name: name, form: formNumber, typ: typeUint8, width: 4, absent: 1 << 8,
		load: func(b *telemetry.Batch, rows []int32, out []uint64) {
			for j, i := range rows {
				f := &b.Flow[i]
				out[j] = uint64(*at(f))
				if f.ICMPType == 0 && f.ICMPCode == 0 {
					out[j] = 1 << 8
				}
			}
		},
		store: func(b *telemetry.Batch, in []uint64) {
			for i, v := range in {
				*at(&b.Flow[i]) = uint8(v)
			}
		},
	}
}

// local is a sensor's opinion as true, false or null.
func local(name string, at func(*telemetry.Batch, int) *telemetry.Local) column {
	const unknown = 2
	return column{
		name: name, form: formBool, width: 1, absent: unknown,
		load: func(b *telemetry.Batch, rows []int32, out []uint64) {
			for j, i := range rows {
				switch *at(b, int(i)) {
				case telemetry.LocalYes:
					out[j] = 1
				case telemetry.LocalNo:
					out[j] = 0
				case telemetry.LocalUnknown:
					out[j] = unknown
				}
			}
		},
		store: func(b *telemetry.Batch, in []uint64) {
			for i, v := range in {
				*at(b, i) = [...]telemetry.Local{telemetry.LocalNo, telemetry.LocalYes, telemetry.LocalUnknown}[min(v, unknown)]
			}
		},
	}
}

func oneWay() column {
	return column{
		name: "stormglass.flow.one_way", form: formBool, width: 1, never: true,
		load: func(b *telemetry.Batch, rows []int32, out []uint64) {
			for j, i := range rows {
				out[j] = 0
				if b.Flow[i].OneWay {
					out[j] = 1
				}
			}
		},
		store: func(b *telemetry.Batch, in []uint64) {
			for i, v := range in {
				b.Flow[i].OneWay = v != 0
			}
		},
	}
}
