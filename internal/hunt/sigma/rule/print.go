package rule

import "strings"

// Print writes an expression as a condition over the selections: read again it is the same, but
// for selections that no condition can name.
func Print(e Expr, selections []Selection) string {
	var b strings.Builder
	printExpr(&b, e, selections, 0)
	return b.String()
}

// printExpr writes an expression, in parentheses where it binds looser than what stands around it: 0 or, 1 and, 2 not.
func printExpr(b *strings.Builder, e Expr, selections []Selection, around int) {
	switch e := e.(type) {
	case Ref:
		b.WriteString(selections[e].Name)
	case Not:
		b.WriteString("not ")
		printExpr(b, e.Expr, selections, 2)
	case And:
		printTerms(b, e, " and ", selections, 1, around)
	case Or:
		printTerms(b, e, " or ", selections, 0, around)
	}
}

func printTerms(b *strings.Builder, terms []Expr, between string, selections []Selection, own, around int) {
	if own < around {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	for i, t := range terms {
		if i > 0 {
			b.WriteString(between)
		}
		printExpr(b, t, selections, own+1)
	}
}
