package imports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// table reads a table with a line of names above it, of networks or of machines: what an IPAM exports, and NetBox as CSV.
func (r *reading) table(data []byte, stated map[string]string, delimiter string) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8: save it as CSV UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	in := csv.NewReader(bytes.NewReader(data))
	comma, err := delimiterOf(data, delimiter)
	if err != nil {
		return err
	}
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace = comma, -1, comma != '\t'
	header, err := r.header(in)
	if err != nil {
		return err
	}
	c, err := columnsOf(header, stated)
	switch {
	case err != nil:
		return err
	case !c.networks() && c["name"] < 0:
		return errors.New("no column is known to hold networks or names of machines: name it with --columns, such as prefix=Netz or name=Geraet")
	}
	r.remark("%s", c.told(header))
	r.rows(in, c, len(header))
	return nil
}

// header reads the line of names, after empty ones and the one by which spreadsheets name the delimiter.
func (r *reading) header(in *csv.Reader) ([]string, error) {
	for {
		fields, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("it is empty: the first line names the columns")
		case err != nil:
			return nil, errors.New("its first line is no CSV: it names the columns")
		case strings.HasPrefix(strings.Join(fields, ""), "sep="):
			continue
		}
		return fields, nil
	}
}

// rows reads the lines below the names.
func (r *reading) rows(in *csv.Reader, c columns, width int) {
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line := 0
			if e, ok := errors.AsType[*csv.ParseError](err); ok {
				line = e.Line
			}
			r.left(line, "it is not CSV: put cells with quotes or delimiters in double quotes, and write a quote within twice")
			continue
		}
		line, _ := in.FieldPos(0)
		switch {
		case strings.TrimSpace(strings.Join(fields, "")) == "":
		case len(fields) > width:
			r.left(line, "it has %d columns and the names are %d: put cells with delimiters in double quotes", len(fields), width)
		case c.networks():
			r.networkRow(line, c, fields)
		default:
			r.deviceRow(line, c, fields)
		}
	}
}

func (r *reading) networkRow(line int, c columns, fields []string) {
	p, ok := parsePrefix(c.of(fields, "prefix"), c.of(fields, "mask"))
	if !ok {
		r.left(line, "no network was understood: write one such as 192.0.2.0/24, or an address and its mask")
		return
	}
	description := c.of(fields, "description")
	if description == "" {
		description = c.of(fields, "name")
	}
	r.proposeNetwork(line, network{prefix: p, class: c.of(fields, "class"), description: description, owner: c.of(fields, "owner"), status: c.of(fields, "status")})
}

func (r *reading) deviceRow(line int, c columns, fields []string) {
	r.proposeDevice(line, device{
		id: c.of(fields, "name"), names: []string{c.of(fields, "alias")}, addresses: []string{c.of(fields, "address"), c.of(fields, "address6")},
		platform: c.of(fields, "platform"), role: c.of(fields, "role"), owner: c.of(fields, "owner"), description: c.of(fields, "description"), status: c.of(fields, "status"),
	})
}

// delimiterOf gives what stands between columns: as stated, else what the first line has most of.
func delimiterOf(data []byte, stated string) (rune, error) {
	if stated == `\t` {
		stated = "\t"
	}
	if stated != "" {
		d, n := utf8.DecodeRuneInString(stated)
		if n != len(stated) || strings.ContainsRune("\"\r\n\ufffd", d) || d == utf8.RuneError {
			return 0, errors.New("the delimiter is not one character: use one such as ; or , or \\t")
		}
		return d, nil
	}
	first, _, _ := bytes.Cut(bytes.TrimLeft(data, "\r\n"), []byte("\n"))
	if s, ok := bytes.CutPrefix(bytes.TrimSpace(first), []byte("sep=")); ok && len(s) == 1 && s[0] != '"' && s[0] >= ' ' {
		return rune(s[0]), nil
	}
	best, most := ',', 0
	for _, d := range [...]rune{',', ';', '\t', '|'} {
		if n := bytes.Count(first, []byte(string(d))); n > most {
			best, most = d, n
		}
	}
	return best, nil
}
