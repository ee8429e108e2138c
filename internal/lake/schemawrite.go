package lake

import (
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

func schemaElements(cols []column) thrift.Slice[format.SchemaElement] {
	root := format.SchemaElement{Name: "stormglass", NumChildren: thrift.New(int32(len(cols)))}
	all := thrift.Slice[format.SchemaElement]{root}
	for i := range cols {
		all = append(all, elements(&cols[i])...)
	}
	return all
}

func elements(c *column) []format.SchemaElement {
	leaf := format.SchemaElement{Name: c.name, Type: thrift.New(c.physical()), RepetitionType: thrift.New(format.Optional)}
	c.annotate(&leaf)
	if !c.list() {
		return []format.SchemaElement{leaf}
	}
	leaf.Name, leaf.RepetitionType = "element", thrift.New(format.Required)
	group := format.SchemaElement{
		Name: c.name, RepetitionType: thrift.New(format.Optional), NumChildren: thrift.New(int32(1)),
		ConvertedType: thrift.New(deprecated.List),
	}
	group.LogicalType.Value = &format.ListType{}
	return []format.SchemaElement{
		group,
		{Name: "list", RepetitionType: thrift.New(format.Repeated), NumChildren: thrift.New(int32(1))},
		leaf,
	}
}

// annotate says what the bits of a column mean.
func (c *column) annotate(s *format.SchemaElement) {
	switch c.form {
	case formBool:
		return
	case formNumber:
	default:
		s.LogicalType.Value = &format.StringType{}
		s.ConvertedType = thrift.New(deprecated.UTF8)
		return
	}
	switch c.typ {
	case typeTime:
		s.LogicalType.Value = &format.TimestampType{IsAdjustedToUTC: true, Unit: format.TimeUnit{Value: &format.NanoSeconds{}}}
	case typeUint8:
		s.LogicalType.Value = &format.IntType{BitWidth: 8}
		s.ConvertedType = thrift.New(deprecated.Uint8)
	case typeUint16:
		s.LogicalType.Value = &format.IntType{BitWidth: 16}
		s.ConvertedType = thrift.New(deprecated.Uint16)
	case typeUint64:
		s.LogicalType.Value = &format.IntType{BitWidth: 64}
		s.ConvertedType = thrift.New(deprecated.Uint64)
	case typeInt64:
		s.LogicalType.Value = &format.IntType{BitWidth: 64, IsSigned: true}
		s.ConvertedType = thrift.New(deprecated.Int64)
	}
}
