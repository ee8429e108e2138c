package nfcapd

import (
	"fmt"

	"stormglass/internal/telemetry"
)

// Types of records that a block may hold.
const (
	typeFlowV0        = 1 // layout 1, exporters up to 255
	typeExtensionMap  = 2
	typePortHistogram = 3
	typeBppHistogram  = 4
	typeExporter      = 7
	typeExporterStat  = 8
	typeSamplerV0     = 9
	typeFlowV1        = 10 // layout 1
	typeFlow          = 11
	typeNbar          = 12
	typeIfName        = 13
	typeVrfName       = 14
	typeSampler       = 15
	typeIdent         = 0x8001
	typeStat          = 0x8002
)

// Types of blocks.
const (
	blockRecords1 = 2 // of nfdump 1.6
	blockRecords2 = 3 // of nfdump 1.7; in layout 1 it holds histograms
)

const noticeStats = "name and statistics of the file and its exporters: no flows"

// recordHeader is the type and the size, of the whole record, with which each begins.
const recordHeader = 4

// records reads the records of a block.
func (d *Decoder) records(b block, h header, s *telemetry.Set, flush func() error) {
	switch {
	case b.kind == blockRecords1, b.kind == blockRecords2 && h.layout == 2:
	case b.kind == blockRecords2:
		s.Pass(0, "histograms: no flows")
		return
	default:
		s.Skip(0, "block of a type that is not known", fmt.Sprintf("type %d, %d octets", b.kind, len(b.data)))
		return
	}
	data, left := b.data, b.records
	for ; left > 0 && len(data) > 0; left-- {
		size := 0
		if len(data) >= recordHeader {
			size = int(le.Uint16(data[2:]))
		}
		if size < recordHeader || size > len(data) {
			// Where the next one begins is not known: the rest of the block is lost.
			s.Lines++
			s.Skip(s.Ordinal, "record does not fit into its block", fmt.Sprintf("%d octets of the block are lost", len(data)))
			return
		}
		d.dispatch(data[:size], s)
		data = data[size:]
		if !d.handOn(s, flush) {
			return
		}
	}
	switch {
	case left > 0:
		s.Skip(s.Ordinal, "block has fewer records than it says", fmt.Sprintf("%d of %d are not there", left, b.records))
	case len(data) > 0:
		s.Skip(s.Ordinal, "octets after the last record of a block", fmt.Sprintf("%d octets", len(data)))
	}
}

// dispatch reads one record.
func (d *Decoder) dispatch(data []byte, s *telemetry.Set) {
	switch kind := le.Uint16(data); kind {
	case typeFlow:
		d.flow(data, s, readFlow)
	case typeFlowV0:
		d.flow(data, s, readFlowV0)
	case typeFlowV1:
		d.flow(data, s, readFlowV1)
	case typeExtensionMap:
		d.extensionMap(data, s)
	case typeExporter:
		d.exporters.info(data, s)
	case typeSampler, typeSamplerV0:
		d.exporters.sampler(data, s)
	case typeExporterStat:
		d.exporters.stats(data, s)
		s.Pass(0, noticeStats)
	case typeIdent, typeStat:
		s.Pass(0, noticeStats)
	case typeNbar, typeIfName, typeVrfName:
		s.Pass(0, "names of applications, interfaces and VRFs: not kept")
	case typePortHistogram, typeBppHistogram:
		s.Pass(0, "histograms: no flows")
	default:
		s.Skip(0, "record of a type that is not known", fmt.Sprintf("type %d, %d octets", kind, len(data)))
	}
}

// flow makes a flow of one record; read fills it in and says what is wrong when it cannot.
func (d *Decoder) flow(data []byte, s *telemetry.Set, read func(*Decoder, *record, []byte) string) {
	s.Lines++
	b := s.Batch(telemetry.KindFlow)
	mark := b.Mark()
	i := b.Append(s.Ordinal + 1)
	r := &d.rec
	*r = record{set: s, batch: b, flow: &b.Flow[i], line: s.Ordinal + 1, buf: r.buf}
	if problem := read(d, r, data); problem != "" {
		b.Undo(mark)
		s.Skip(s.Ordinal+1, problem, "")
		return
	}
	s.Ordinal++
	r.finish(&d.exporters)
	d.exporters.span(r.flow.Occurred)
	s.Read++
	if !r.flow.Occurred.Known() {
		s.Undated++
	}
}
