package report

import "stormglass/internal/hunt"

// subjectsFact counts whom findings are about: those that are the operator's, and apart from them those of which nothing says so, and those
// that are values of fields.
func subjectsFact(findings []*hunt.Finding) fact {
	ours := map[hunt.Subject]bool{}
	for _, f := range findings {
		if !f.Merged() && f.Subject.Kind != hunt.SubjectSource {
			ours[f.Subject] = ours[f.Subject] || !f.Foreign
		}
	}
	var own, foreign, fields int
	for s, o := range ours {
		switch {
		case s.Kind == hunt.SubjectFields:
			fields++
		case o:
			own++
		default:
			foreign++
		}
	}
	note := "of your addresses and devices"
	if foreign > 0 {
		note += "; " + number(foreign) + " more that nothing says are yours"
	}
	if fields > 0 {
		note += "; " + number(fields) + " by values of fields"
	}
	return fact{"Subjects", number(own), note}
}
