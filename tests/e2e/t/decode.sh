# SPDX-License-Identifier: GPL-2.0-or-later
# test: tshark, where it knows the algorithm, and OpenSSL open what svti sent, and find its ICV right
esn=$1 encap=$2 sizes=1-4,17,1300
shift 2

# Without ESN, AES-GCM, and AES-CBC, AES-CTR and NULL with HMACs.
tshark_knows()
{
	grep -cE " (aes[0-9]+gcm[0-9]+|(aes[0-9]+(ctr)?|null)-sha[0-9]+) .* off$" "$1" || true
}

net_up
svti_up alice
svti_policies alice
wire_listen
export ALICE_LAN BOB_LAN
on alice python3 "$GUEST/esp.py" send "$ALICE" "$BOB" "$esn" "$encap" "$sizes" "$@" >sas ||
	fail "no packets"
wire_close
python3 "$GUEST/esp.py" check "$PCAP" sas "$sizes" >said 2>&1 || fail "$(cat said)"
want=$#
[ "$want" -gt 0 ] || want=26
same "algorithms" "$(wc -l <said)" "$want"
same "algorithms that tshark knows" "$(grep -c tshark said || true)" "$(tshark_knows sas)"
