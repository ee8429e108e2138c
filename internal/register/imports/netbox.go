package imports

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// netbox reads what NetBox gives: a page of its API (an object with results, or the list alone), or its export as CSV.
func (r *reading) netbox(data []byte, stated map[string]string, delimiter string) error {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if t := bytes.TrimLeft(data, " \t\r\n"); len(t) == 0 || t[0] != '{' && t[0] != '[' {
		return r.table(data, stated, delimiter)
	}
	w := &netboxWalk{reading: r, in: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true)), data: data, line: 1}
	if err := w.file(); err != nil {
		r.left(w.lineAt(w.in.InputOffset()), "from here on it is not the JSON that NetBox gives: export it again")
	}
	return nil
}

// netboxWalk goes through a file of JSON.
type netboxWalk struct {
	*reading
	in     *jsontext.Decoder
	data   []byte
	line   int // of offset
	offset int64
}

// lineAt gives the line of an offset, which never goes back.
func (w *netboxWalk) lineAt(offset int64) int {
	offset = min(offset, int64(len(w.data)))
	if offset > w.offset {
		w.line += bytes.Count(w.data[w.offset:offset], []byte("\n"))
		w.offset = offset
	}
	return w.line
}

// file reads all values of a file: pages may follow one another.
func (w *netboxWalk) file() error {
	for {
		var err error
		switch w.in.PeekKind() {
		case '[':
			err = w.list()
		case '{':
			err = w.page()
		default:
			if _, err = w.in.ReadToken(); errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				w.left(w.lineAt(w.in.InputOffset()), "it is neither a page nor a list of NetBox")
			}
		}
		if err != nil {
			return err
		}
	}
}

// page reads an object with results, or one object alone.
func (w *netboxWalk) page() error {
	if !w.isPage() {
		return w.object()
	}
	if _, err := w.in.ReadToken(); err != nil {
		return err
	}
	for w.in.PeekKind() != '}' {
		name, err := w.in.ReadToken()
		if err != nil {
			return err
		}
		switch key := name.String(); {
		case key == "results" && w.in.PeekKind() == '[':
			err = w.list()
		case key == "next" && w.in.PeekKind() == '"':
			w.remark("the export has further pages: fetch all of it (limit=0, or follow next)")
			err = w.in.SkipValue()
		default:
			err = w.in.SkipValue()
		}
		if err != nil {
			return err
		}
	}
	_, err := w.in.ReadToken()
	return err
}

// isPage looks ahead for the key results.
func (w *netboxWalk) isPage() bool {
	ahead := jsontext.NewDecoder(bytes.NewReader(w.data[w.in.InputOffset():]), jsontext.AllowDuplicateNames(true))
	if _, err := ahead.ReadToken(); err != nil {
		return false
	}
	for ahead.PeekKind() == '"' {
		name, err := ahead.ReadToken()
		if err != nil {
			return false
		}
		if name.String() == "results" {
			return true
		}
		if err := ahead.SkipValue(); err != nil {
			return false
		}
	}
	return false
}

func (w *netboxWalk) list() error {
	if _, err := w.in.ReadToken(); err != nil {
		return err
	}
	for w.in.PeekKind() != ']' {
		if w.in.PeekKind() == '{' {
			if err := w.object(); err != nil {
				return err
			}
			continue
		}
		if err := w.in.SkipValue(); err != nil {
			return err
		}
		w.left(w.lineAt(w.in.InputOffset()), "it is no object of NetBox")
	}
	_, err := w.in.ReadToken()
	return err
}

// object reads one object.
func (w *netboxWalk) object() error {
	raw, err := w.in.ReadValue()
	if err != nil {
		return err
	}
	line := w.lineAt(w.in.InputOffset() - int64(len(raw)))
	var o netboxObject
	if err := json.Unmarshal(raw, &o, jsontext.AllowDuplicateNames(true)); err != nil {
		w.left(line, "its members are not those that NetBox gives")
		return nil //nolint:nilerr // the rest of the file goes on
	}
	switch {
	case o.Prefix.text != "":
		w.prefix(line, &o)
	case o.DeviceType.text != "" || o.VCPUs != nil || o.Cluster.text != "":
		w.device(line, &o)
	default:
		w.left(line, "it is neither a prefix nor a device: export /api/ipam/prefixes/, /api/dcim/devices/ or /api/virtualization/virtual-machines/")
	}
	return nil
}

// netboxObject is a prefix, a device or a virtual machine; the members that are not read are passed over.
type netboxObject struct {
	ID          jsontext.Value `json:"id"`
	Name        netboxRef      `json:"name"`
	Prefix      netboxRef      `json:"prefix"`
	DeviceType  netboxRef      `json:"device_type"`
	VCPUs       jsontext.Value `json:"vcpus"`
	Cluster     netboxRef      `json:"cluster"`
	Role        netboxRef      `json:"role"`
	DeviceRole  netboxRef      `json:"device_role"` // until NetBox 4.0
	Platform    netboxRef      `json:"platform"`
	Status      netboxRef      `json:"status"`
	Tenant      netboxRef      `json:"tenant"`
	Primary     netboxRef      `json:"primary_ip"`
	Primary4    netboxRef      `json:"primary_ip4"`
	Primary6    netboxRef      `json:"primary_ip6"`
	OOB         netboxRef      `json:"oob_ip"`
	Description netboxRef      `json:"description"`
}

// netboxRef is a member that is a text, or an object that is named by one of its members.
type netboxRef struct{ text string }

// UnmarshalJSON implements json.Unmarshaler.
func (n *netboxRef) UnmarshalJSON(data []byte) error {
	switch {
	case len(data) > 0 && data[0] == '"':
		return json.Unmarshal(data, &n.text)
	case len(data) > 0 && data[0] == '{':
		var members map[string]jsontext.Value
		if err := json.Unmarshal(data, &members, jsontext.AllowDuplicateNames(true)); err != nil {
			return err
		}
		for _, key := range [...]string{"address", "value", "model", "name", "slug", "display"} {
			if v := members[key]; len(v) > 1 && v[0] == '"' {
				return json.Unmarshal(v, &n.text)
			}
		}
	}
	return nil
}

func (w *netboxWalk) prefix(line int, o *netboxObject) {
	p, ok := parsePrefix(o.Prefix.text, "")
	if !ok {
		w.left(line, "its prefix is none")
		return
	}
	w.proposeNetwork(line, network{prefix: p, class: o.Role.text, description: o.Description.text, owner: o.Tenant.text, status: o.Status.text, remarks: o.known()})
}

func (w *netboxWalk) device(line int, o *netboxObject) {
	role := o.Role.text
	if role == "" {
		role = o.DeviceRole.text
	}
	platform := o.Platform.text
	if platform == "" {
		platform = o.DeviceType.text
	}
	w.proposeDevice(line, device{
		id: o.Name.text, addresses: []string{o.Primary4.text, o.Primary6.text, o.Primary.text, o.OOB.text}, platform: platform, role: role,
		owner: o.Tenant.text, description: o.Description.text, status: o.Status.text, remarks: o.known(),
	})
}

// known names the object as NetBox does, since a whole export is often one line.
func (o *netboxObject) known() []string {
	id := strings.TrimSpace(string(o.ID))
	if len(id) == 0 || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return nil
	}
	return []string{"id " + id}
}
