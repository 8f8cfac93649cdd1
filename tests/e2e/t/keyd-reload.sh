# SPDX-License-Identifier: GPL-2.0-or-later
# test: a reload of a wrong configuration changes nothing, one of a right one what changed
keyd_pair psk
spis=$(on alice svtictl sa show | grep -o 'spi 0x[0-9a-f]*' | sort)
cp "$WORK/alice/keyd.conf" good
echo 'connection broken { peer = 192.168.0.999 }' >>"$WORK/alice/keyd.conf"
refused "192\.168\.0\.999" ctl alice reload
ping_over alice bob
is_up alice || fail "the tunnel went down"
cp good "$WORK/alice/keyd.conf"
ctl alice reload
ping_over alice bob
same "SPIs of alice" "$(on alice svtictl sa show | grep -o 'spi 0x[0-9a-f]*' | sort)" "$spis"
# Others come, swap what they lead to, and go; the first is not touched.
# other NAME PEER SUBNET: a connection that never comes up.
other()
{
	cat <<-END
		connection $1 {
		    interface = svti2
		    local-address = $ALICE
		    peer = $2
		    secret = "for the other"
		    local-id = alice.example
		    remote-id = $1.example
		    child net {
		        remote-subnet = $3
		    }
		}
	END
}
traps()
{
	on alice svtictl sp show dev svti2 | grep -o 'dst [0-9./]*' | sort | tr '\n' ' '
}
{ cat good; other one 192.168.0.77 10.8.0.0/24; other two 192.168.0.78 10.9.0.0/24; } \
	>"$WORK/alice/keyd.conf"
ctl alice reload
has "show" "$(ctl alice show)" '^[0-9]+ +one'
same "traps" "$(traps)" "dst 10.8.0.0/24 dst 10.9.0.0/24 "
{ cat good; other one 192.168.0.77 10.9.0.0/24; other two 192.168.0.78 10.8.0.0/24; } \
	>"$WORK/alice/keyd.conf"
ctl alice reload
same "traps after the swap" "$(traps)" "dst 10.8.0.0/24 dst 10.9.0.0/24 "
lacks "log" "$(ctl alice log)" 'traffic cannot bring it up'
cp good "$WORK/alice/keyd.conf"
ctl alice reload
lacks "show" "$(ctl alice show)" ' one '
ping_over alice bob
same "SPIs of alice" "$(on alice svtictl sa show | grep -o 'spi 0x[0-9a-f]*' | sort)" "$spis"
