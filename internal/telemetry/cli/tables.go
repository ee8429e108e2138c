package cli

// trees are the tables of the dialects. A record of accounting holds commands as the device understood them, and does not tell of what
// device it is: nothing is written out there.
var trees = [numDialects]*node{IOS: tree(cisco), IOSXR: tree(cisco), NXOS: tree(cisco), EOS: tree(cisco), Junos: tree(junos), VRP: tree(huawei)}

// undos are words that take back what follows them.
var undos = [numDialects][]string{
	IOS: {"no ", "default "}, IOSXR: {"no ", "default "}, NXOS: {"no ", "default "}, EOS: {"no ", "default "}, VRP: {"undo ", "und "},
}

// filters are where IOS can send an answer; include, begin and the like begin with other letters.
var filters = tree("r.edirect\na.ppend\nt.ee\n")

// cisco are commands of IOS and of those systems that have the same words. Where one of them has a second word of the same beginning,
// the least is what all of them take: logg of the configuration, where login is one, but log behind clear.
const cisco = `
	conf.igure t.erminal
	sh.ow run.ning-config
	sh.ow star.tup-config
	sh.ow conf.iguration
	sh.ow tac.acs
	sh.ow cdp nei.ghbors
	sh.ow lldp nei.ghbors
	sh.ow clo.ck
	sh.ow file sys.tems
	term.inal len.gth
	term.inal wid.th
	cle.ar log.ging
	cle.ar arc.hive log con.fig
	cle.ar arc.hive
	cle.ar acco.unting log
	cop.y run.ning-config
	cop.y star.tup-config
	wr.ite net.work
	wr.ite mem.ory
	wr.ite era.se
	arc.hive tar
	arc.hive
	logg.ing
	logg.ing on
	logg.ing en.able
	logg.ing ho.st
	logg.ing ser.ver
	logg.ing tr.ap
	logg.ing buf.fered
	logg.ing con.sole
	logg.ing mon.itor
	logg.ing mes.sage
	aa.a ne.w-model
	aa.a acc.ounting
	aa.a authent.ication
	aa.a author.ization
	aa.a gr.oup ser.ver
	gue.stshell run
	gue.stshell ena.ble
	gue.stshell des.troy
	gue.stshell dis.able
	gue.stshell res.ize
	mon.itor cap.ture
	mon.itor sess.ion
	req.uest plat.form soft.ware pack.age desc.ribe fi.le
	req.uest plat.form soft.ware sys.tem sh.ell
	ip htt.p ser.ver
	ip htt.p secure-s.erver
	ip htt.p
	usern.ame
	snmp-.server com.munity
	snmp-.server
	tacacs-.server
	radius-.server
	access-l.ist
	access-c.lass
	ipv6 access-c.lass
	tun.nel so.urce
	tun.nel des.tination
	tun.nel mo.de
	int.erface tu.nnel#
	eve.nt man.ager app.let
	eve.nt man.ager
	boo.t sys.tem
	tel.net
	tra.ceroute
	pin.g
	tcl.sh
`

// huawei are commands of VRP.
const huawei = `
	res.et logb.uffer
	res.et tra.pbuffer
	inf.o-center en.able
	inf.o-center logh.ost
	inf.o-center so.urce
	inf.o-center logb.uffer
	inf.o-center logf.ile
	inf.o-center fil.ter-id
	inf.o-center
	dis.play cur.rent-configuration
	sys.tem-view
	rec.ording-scheme
	tel.net
	ste.lnet
	pin.g
	trac.ert
`

// junos are commands of Junos, which writes most words out itself when a blank is typed.
const junos = `
	st.art sh.ell
	del.ete sys.tem sysl.og
	del.ete sys.tem acc.ounting
	del.ete sys.tem tac.plus-server
	del.ete sys.tem radius-s.erver
	dea.ctivate sys.tem sysl.og
	dea.ctivate sys.tem acc.ounting
	dea.ctivate sys.tem tac.plus-server
	dea.ctivate sys.tem radius-s.erver
	cle.ar log
	sh.ow conf.iguration
`
