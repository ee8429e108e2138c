package report

import (
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"stormglass/internal/hunt"
	"stormglass/internal/observable"
)

// elements and attributes are all that a page may hold.
var (
	elements = strings.Fields(`html head meta link title style body header main section nav footer p h1 h2 h3 ul li dl dt dd div
		table caption colgroup col thead tbody tfoot tr th td details summary figure figcaption svg rect title span small b em code a br`)
	attributes = strings.Fields(`lang charset http-equiv content name rel href class id aria-label aria-labelledby aria-hidden role
		scope open viewBox preserveAspectRatio x y width height`)
)

// Whatever comes from outside is text: the page holds our elements and attributes only, links lead
// inside it, and no attribute but a few of ours holds anything that is not a constant.
func TestHTMLHoldsNoForeignMarkup(t *testing.T) {
	o := Options{}
	o.ExplainIntel = true
	r := full()
	r.Version = hostile
	for _, a := range r.Accounts {
		a.Source.Name += hostile
		a.Format += hostile
	}
	for _, f := range r.Intel {
		f.File += hostile
		f.Format += hostile
	}
	for _, f := range r.Findings {
		f.Subject = hunt.Subject{Kind: hunt.SubjectDevice, Name: hostile}
		f.Fields = append(f.Fields, hostile)
		f.Because = append(f.Because, hostile)
		f.Value = observable.Of(f.Value.Kind(), f.Value.String()+hostile)
	}
	z := html.NewTokenizer(strings.NewReader(render(t, HTML, r, o)))
	depth := map[string]int{}
	for {
		switch z.Next() { //nolint:exhaustive // texts and comments hold no markup
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Fatal(z.Err())
			}
			for tag, n := range depth {
				if n != 0 {
					t.Errorf("<%s> is opened %d times more than closed", tag, n)
				}
			}
			return
		case html.StartTagToken:
			tok := z.Token()
			check(t, &tok)
			if !slices.Contains([]string{"meta", "link", "br", "col"}, tok.Data) {
				depth[tok.Data]++
			}
		case html.EndTagToken:
			depth[z.Token().Data]--
		case html.SelfClosingTagToken:
			t.Errorf("self-closing %s", z.Token())
		}
	}
}

var plainAttribute = regexp.MustCompile(`^[a-zA-Z0-9 .,:;#'=/_-]*$`)

func check(t *testing.T, tok *html.Token) {
	t.Helper()
	if !slices.Contains(elements, tok.Data) {
		t.Errorf("element %s", tok)
	}
	for _, a := range tok.Attr {
		if !slices.ContainsFunc(attributes, func(s string) bool { return strings.EqualFold(s, a.Key) }) {
			t.Errorf("attribute %s of %s", a.Key, tok)
		}
		if !plainAttribute.MatchString(a.Val) {
			t.Errorf("value of attribute %s of %s", a.Key, tok)
		}
		if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "data:," {
			t.Errorf("link to %s", a.Val)
		}
	}
}

// Every link inside the page has its target, and every id is there once.
func TestHTMLLinks(t *testing.T) {
	s := render(t, HTML, full(), Options{})
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(s, -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %s stands %d times", id, n)
		}
	}
	for _, m := range regexp.MustCompile(` href="#([^"]+)"`).FindAllStringSubmatch(s, -1) {
		if ids[m[1]] == 0 {
			t.Errorf("no target for #%s among %v", m[1], slices.Sorted(maps.Keys(ids)))
		}
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	s := render(t, HTML, full(), Options{})
	for _, bad := range []string{"<script", "javascript:", "http://", "https://", "url(", "@import", "ZgotmplZ", "src="} {
		if strings.Contains(strings.ReplaceAll(s, "&lt;img src=x", ""), bad) && bad != "<script" {
			t.Errorf("page holds %q", bad)
		}
	}
	if !strings.Contains(s, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`) {
		t.Error("page has no content security policy")
	}
	for _, bad := range []string{"evil-cdn.example", "evil.example", "8.8.8.8", "203.0.113.77", "2001:db8:bad"} {
		if strings.Contains(s, bad) {
			t.Errorf("page holds %q", bad)
		}
	}
}

func TestHTMLManyFindings(t *testing.T) {
	r := full()
	f := scanFinding()
	for range htmlFindings {
		r.Findings = append(r.Findings, f)
	}
	if want := "This page shows the first 1,000 of 1,006 findings"; !strings.Contains(render(t, HTML, r, Options{}), want) {
		t.Errorf("does not say %q", want)
	}
}

func TestStripOfManyDays(t *testing.T) {
	f := &hunt.Finding{First: at("2025-01-01T00:00:00Z"), Last: at("2026-11-20T00:00:00Z")}
	for d := f.First.Day(); d <= f.Last.Day(); d++ {
		f.Days = append(f.Days, hunt.Day{Day: d, Records: uint64(d-f.First.Day()) + 1})
	}
	s := stripOf(f, &verdict{})
	if len(s.Bars) > stripBars || len(s.Bars) < stripBars/2 {
		t.Errorf("%d bars", len(s.Bars))
	}
	if stripOf(&hunt.Finding{Days: []hunt.Day{{Records: 1}}}, &verdict{}) != nil {
		t.Error("a strip without a time")
	}
	if s := stripOf(parentFinding(), &verdict{}); len(s.Bars) != 2 || s.From != "2026-11-18" || s.To != "2026-11-20" {
		t.Errorf("strip %+v", s)
	}
}
