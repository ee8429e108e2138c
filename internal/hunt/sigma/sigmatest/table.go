package sigmatest

import (
	"bufio"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

//go:embed testdata/spec
var table embed.FS

// Case is one of the table: rules, and what they must give. Its form is told in testdata/spec/README.md.
type Case struct {
	Name    string // file and title
	Spec    string // the paragraph of the specification it tests
	Rules   string // YAML documents; the first detection is what is asked
	Sets    Sets
	Refused bool // an evaluator must refuse the rules
	Records []Expectation
	Events  []Event
	Fires   map[string][][]string // by correlation: the groups that must fire, sorted; none for one that must not
}

// Expectation is a record and whether the rule matches it.
type Expectation struct {
	Line    int
	Record  Record
	Matches bool
}

// Header goes before a case that states only a detection.
const Header = "title: a case of the table\nid: 6d0c1a52-7d5e-4a43-9d0f-0c9a5ac2b0f1\nname: case\n" + LogSource

// LogSource is that of all rules of the table and of Rule: an evaluator over typed telemetry routes it to records that hold any field.
const LogSource = "logsource:\n    category: sigmatest\n    product: stormglass\n"

// Cases reads the table.
func Cases() ([]Case, error) {
	var cases []Case
	files, err := fs.Glob(table, "testdata/spec/*.txt")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		data, err := table.ReadFile(file)
		if err != nil {
			return nil, err
		}
		r := tableReader{file: strings.TrimPrefix(file, "testdata/spec/")}
		if err := r.read(string(data)); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, r.line, err)
		}
		cases = append(cases, r.cases...)
	}
	return cases, nil
}

type tableReader struct {
	file  string
	line  int
	cases []Case
}

func (r *tableReader) read(data string) error {
	lines := bufio.NewScanner(strings.NewReader(data))
	for lines.Scan() {
		r.line++
		line := lines.Text()
		title, begins := strings.CutPrefix(line, "== ")
		switch {
		case begins:
			r.cases = append(r.cases, Case{Name: r.file + ": " + title, Fires: map[string][][]string{}})
		case line == "" || strings.HasPrefix(line, "# "):
		case len(r.cases) == 0:
			return fmt.Errorf("%q stands before the first case", line)
		default:
			if err := r.cases[len(r.cases)-1].add(line, r.line); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// add takes a line of a case: a directive, or else YAML.
func (c *Case) add(line string, number int) error {
	key, rest, _ := strings.Cut(line, ":")
	rest = strings.TrimSpace(rest)
	switch key {
	case "spec":
		c.Spec = rest
	case "sets":
		return json.Unmarshal([]byte(rest), &c.Sets)
	case "refused":
		c.Refused = true
	case "yes", "no":
		record, err := readRecord(rest)
		c.Records = append(c.Records, Expectation{Line: number, Record: record, Matches: key == "yes"})
		return err
	case "at":
		return c.addEvent(rest)
	case "fires":
		return c.addFiring(rest)
	case "silent":
		c.Fires[rest] = nil
	default:
		if c.Rules == "" && key == "detection" {
			c.Rules = Header
		}
		c.Rules += line + "\n"
	}
	return nil
}

// addEvent reads "90s rule {fields}".
func (c *Case) addEvent(text string) error {
	fields := strings.SplitN(text, " ", 3)
	if len(fields) != 3 {
		return fmt.Errorf("%q: time, rule and fields", text)
	}
	after, err := time.ParseDuration(fields[0])
	if err != nil {
		return err
	}
	record, err := readRecord(fields[2])
	at := time.Date(2024, 11, 4, 0, 0, 0, 0, time.UTC).Add(after)
	c.Events = append(c.Events, Event{At: at, Rule: fields[1], Fields: record.Fields})
	return err
}

// addFiring reads `correlation ["group", ...]`.
func (c *Case) addFiring(text string) error {
	name, group, _ := strings.Cut(text, " ")
	var values []string
	err := json.Unmarshal([]byte(group), &values)
	c.Fires[name] = append(c.Fires[name], values)
	return err
}

// readRecord reads a JSON object of texts, numbers and lists of them; "_raw" is the line.
func readRecord(text string) (Record, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return Record{}, fmt.Errorf("record %s: %w", text, err)
	}
	r := Record{Fields: map[string][]string{}}
	for name, value := range object {
		switch value := value.(type) {
		case []any:
			for _, member := range value {
				r.Fields[name] = append(r.Fields[name], fmt.Sprint(member))
			}
		default:
			r.Fields[name] = []string{fmt.Sprint(value)}
		}
	}
	if raw, ok := r.Fields["_raw"]; ok {
		r.Raw = raw[0]
		delete(r.Fields, "_raw")
	}
	return r, nil
}
