# SPDX-License-Identifier: GPL-2.0-or-later
# test: svtictl refuses by a sentence what it does not know, and never shows a key
net_up
svti_up alice
refused "lifetime" on alice svtictl sa add dev svti1 dir out spi 0x1001 src "$ALICE" dst "$BOB" \
	alg aes128gcm16 key "$(key_hex k 20)" lifetime 5
refused "aes128gcm4" on alice svtictl sa add dev svti1 dir out spi 0x1001 src "$ALICE" \
	dst "$BOB" alg aes128gcm4 key "$(key_hex k 20)"
refused "10.1.0.0/33" on alice svtictl sp add dev svti1 dir out src 10.1.0.0/33 reqid 1
refused "sideways" on alice svtictl sp add dev svti1 dir sideways reqid 1
refused "0x12Z" on alice svtictl sa del dev svti1 dir in spi 0x12Z
svti_keys alice aes128-sha256
key=$(key_hex "$SPI_TO_BOB" 16)
for json in "" --json; do
	shown=$(on alice svtictl $json sa show)
	has "sa show" "$shown" "00001001"
	lacks "sa show" "$shown" "${key#0x}"
done
has "sp show" "$(on alice svtictl sp show dev svti1)" '10\.1\.0\.0/24.*10\.2\.0\.0/24'
on alice svtictl --json sp show | python3 -c '
import json, sys
out, = [p for p in json.load(sys.stdin) if p["dir"] == "out"]
assert (out["src"], out["dst"], out["reqid"]) == ("10.1.0.0/24", "10.2.0.0/24", 1), out'
