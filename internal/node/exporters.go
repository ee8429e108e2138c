package node

import (
	"errors"
	"fmt"
	"io/fs"

	"stormglass/internal/disk"
	"stormglass/internal/receive"
	"stormglass/internal/telemetry"
	"stormglass/internal/telemetry/netflow"
	"stormglass/internal/telemetry/sflow"
	"stormglass/internal/telemetry/text"
)

// exporters is what the decoders of a service know of those who send to it. Templates outlive a restart, in
// templatesFile; what is counted does not.
type exporters struct {
	templates *netflow.Templates
	agents    *sflow.Stats
}

// Where templates are kept in a data folder.
const (
	templatesDir  = "templates"
	templatesFile = "templates/netflow"
	maxTemplates  = 256 << 20 // bytes of the file
)

func newExporters() *exporters {
	return &exporters{templates: netflow.NewTemplates(netflow.Limits{}), agents: sflow.NewStats()}
}

// kinds says how what listeners received is decoded.
func (x *exporters) kinds() map[string]receive.Kind {
	flows := receive.Kind{Gives: []telemetry.Kind{telemetry.KindFlow}, New: func() receive.Decoder {
		return exports{netflow: netflow.New(x.templates), sflow: sflow.New(x.agents)}
	}}
	return map[string]receive.Kind{
		"netflow": flows, "sflow": flows, // routers are pointed at the wrong one of two ports
		"syslog": {Gives: []telemetry.Kind{telemetry.KindEvent, telemetry.KindAAA}, New: func() receive.Decoder { return new(text.Messages) }},
	}
}

// Decode implements receive.Decoder.
func (e exports) Decode(d *telemetry.Datagram, s *telemetry.Set) {
	if sflow.Is(d.Data) {
		e.sflow.Decode(d, s)
		return
	}
	e.netflow.Decode(d, s)
}

// load reads what an earlier service knew. After an error everything is learnt anew.
func (x *exporters) load(f disk.FS) error {
	b, err := disk.ReadFile(f, templatesFile, maxTemplates)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = x.templates.Restore(b)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", templatesFile, err)
	}
	return nil
}

// snapshot notes what is known now and gives what writes it down.
func (x *exporters) snapshot(f disk.FS) func() error {
	known := x.templates.Snapshot()
	return func() error {
		err := disk.MakeDir(f, templatesDir)
		if err == nil {
			err = disk.WriteFile(f, templatesFile, known)
		}
		if err != nil {
			return fmt.Errorf("keep templates of flow exports: %w", err)
		}
		return nil
	}
}
