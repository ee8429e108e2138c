package store

import (
	"stormglass/internal/intel"
)

// origin is an intel.Source in JSON.
type origin struct {
	Format    text   `json:"format,omitzero"`
	File      text   `json:"file,omitzero"`
	ID        text   `json:"id,omitzero"`
	Title     text   `json:"title,omitzero"`
	Org       text   `json:"org,omitzero"`
	TLP       uint8  `json:"tlp,omitzero"`
	PAP       text   `json:"pap,omitzero"`
	Published moment `json:"published,omitempty"`
	Actors    []text `json:"actors,omitempty"`
	Campaigns []text `json:"campaigns,omitempty"`
	Malware   []text `json:"malware,omitempty"`
	Tags      []text `json:"tags,omitempty"`
}

func originOf(s *intel.Source) origin {
	return origin{
		Format: text(s.Format), File: text(s.File), ID: text(s.ID), Title: text(s.Title), Org: text(s.Org), TLP: uint8(s.TLP),
		PAP: text(s.PAP), Published: momentOf(s.Published),
		Actors: texts(s.Actors), Campaigns: texts(s.Campaigns), Malware: texts(s.Malware), Tags: texts(s.Tags),
	}
}

func (o *origin) source() *intel.Source {
	return &intel.Source{
		Format: string(o.Format), File: string(o.File), ID: string(o.ID), Title: string(o.Title), Org: string(o.Org), TLP: intel.TLP(o.TLP),
		PAP: string(o.PAP), Published: o.Published.time(),
		Actors: plain(o.Actors), Campaigns: plain(o.Campaigns), Malware: plain(o.Malware), Tags: plain(o.Tags),
	}
}

// statement is what one source says of a value, in JSON: an intel.Ref without the number of its source,
// which means something within one hunt only.
type statement struct {
	ID      text   `json:"id,omitzero"`
	TLP     uint8  `json:"tlp,omitzero"`
	Port    uint16 `json:"port,omitzero"`
	From    moment `json:"from,omitempty"`
	Until   moment `json:"until,omitempty"`
	Comment text   `json:"comment,omitzero"`
	Names   []text `json:"names,omitempty"`
}

func statementOf(r *intel.Ref) statement {
	return statement{
		ID: text(r.ID), TLP: uint8(r.TLP), Port: r.Port, From: momentOf(r.From), Until: momentOf(r.Until),
		Comment: text(r.Comment), Names: texts(r.Names),
	}
}

func (s *statement) ref() intel.Ref {
	return intel.Ref{
		ID: string(s.ID), TLP: intel.TLP(s.TLP), Port: s.Port, From: s.From.time(), Until: s.Until.time(),
		Comment: string(s.Comment), Names: plain(s.Names),
	}
}
