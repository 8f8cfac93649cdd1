# SPDX-License-Identifier: GPL-2.0-or-later
# test: keydctl shows, takes down, brings up and explains, as text and as JSON
keyd_pair cert
has "show" "$(ctl alice show)" 'ipsec1 .*Up\(Installed\)'
whole=$(ctl alice show ipsec1)
has "show ipsec1" "$whole" "ESTABLISHED, IKEv2"
has "show ipsec1" "$whole" "'CN=alice' @ 192\.168\.0\.1"
has "show ipsec1" "$whole" "'CN=bob' @ 192\.168\.0\.2"
has "show ipsec1" "$whole" "INSTALLED, TUNNEL"
has "show ipsec1" "$whole" "10\.1\.0\.0/24"
ctl alice --json show ipsec1 >whole.json
ctl alice --json show >list.json
python3 - <<-END
	import json
	json.load(open("list.json"))
	text = json.dumps(json.load(open("whole.json")))
	assert "ipsec1" in text and "ESTABLISHED" in text and "10.2.0.0/24" in text, text
END
refused "nothere" ctl alice show nothere
refused "nothere" ctl alice up nothere
refused "usage|Usage|frobnicate" ctl alice frobnicate
at_least "lines of log" "$(ctl alice log | wc -l)" 2
ctl bob down ipsec1
within 30 is_down alice || fail "alice was not told: $(ctl alice show)"
same "SAs of alice" "$(sas_of alice)" 0
same "SAs of bob" "$(sas_of bob)" 0
# It stays down, although bob is the initiator and there is traffic.
no_ping bob alice
sleep 2
is_down bob || fail "it came back by itself"
ctl bob up ipsec1
wait_up bob alice
ping_over bob alice
