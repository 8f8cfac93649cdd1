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
# A second connection comes and goes; the first is not touched.
cat good - >"$WORK/alice/keyd.conf" <<-END
	connection other {
	    interface = svti2
	    local-address = $ALICE
	    peer = 192.168.0.77
	    secret = "for the other"
	    local-id = alice.example
	    remote-id = other.example
	    child net {
	        remote-subnet = 10.9.0.0/24
	    }
	}
END
ctl alice reload
has "show" "$(ctl alice show)" '^[0-9]+ +other'
cp good "$WORK/alice/keyd.conf"
ctl alice reload
lacks "show" "$(ctl alice show)" 'other'
ping_over alice bob
same "SPIs of alice" "$(on alice svtictl sa show | grep -o 'spi 0x[0-9a-f]*' | sort)" "$spis"
