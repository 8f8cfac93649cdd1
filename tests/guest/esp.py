#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Outbound SAs, and a second and a third opinion on what they made: tshark's, and OpenSSL's.

esp.py send SRC DST ESN ENCAP SIZES ALGORITHM...   make an SA with each algorithm on svti1, from and
                                                   to the gateways SRC and DST, and send on each one
                                                   UDP payload of each of SIZES; the SAs are printed
esp.py check FILE SAS SIZES                        open all of it in the capture FILE; SAS is what
                                                   "send" printed

ESN is "on" or "off", ENCAP a pair of ports or "-". What tshark does not know is opened by OpenSSL
alone; so is what has ESN.
"""
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import cmac, hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from traffic import frames_of, pattern, sizes_of

UDP, ESP, IPIP = 17, 50, 4
HASHES = {"sha1": (hashes.SHA1, 12), "sha256": (hashes.SHA256, 16),
          "sha384": (hashes.SHA384, 24), "sha512": (hashes.SHA512, 32)}
TSHARK_HASHES = {"sha1": "HMAC-SHA-1-96 [RFC2404]", "sha256": "HMAC-SHA-256-128 [RFC4868]",
                 "sha384": "HMAC-SHA-384-192 [RFC4868]", "sha512": "HMAC-SHA-512-256 [RFC4868]"}


class Wrong(Exception):
    pass


class Sa:
    """Printed, it is a line that makes it again."""

    def __init__(self, line):
        spi, self.name, key, auth_key, self.esn = line.split()
        self.spi = int(spi, 0)
        self.key, self.auth_key = (bytes.fromhex(k[2:]) for k in (key, auth_key))
        self.cipher, _, self.integ = self.name.partition("-")

    def __str__(self):
        return f"{self.spi:#x} {self.name} 0x{self.key.hex()} 0x{self.auth_key.hex()} {self.esn}"


# --- what an SA is, by the RFCs

def aes_block(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def xcbc(key, data):
    """RFC 3566 4."""
    k1, k2, k3 = (aes_block(key, bytes([n]) * 16) for n in (1, 2, 3))
    last = len(data) - 1 & ~15 if data else 0
    whole = len(data) - last == 16
    tail = data[last:] if whole else (data[last:] + b"\x80").ljust(16, b"\0")
    data = data[:last] + bytes(a ^ b for a, b in zip(tail, k2 if whole else k3))
    return Cipher(algorithms.AES(k1), modes.CBC(bytes(16))).encryptor().update(data)[-16:]


def mac(sa, data):
    """RFC 2404, RFC 4868 2.3, RFC 3566, RFC 4494: the ICV."""
    if sa.integ == "aesxcbc":
        return xcbc(sa.auth_key, data)[:12]
    if sa.integ == "aescmac":
        digest, size = cmac.CMAC(algorithms.AES(sa.auth_key)), 12
    else:
        function, size = HASHES[sa.integ]
        digest = hmac.HMAC(sa.auth_key, function())
    digest.update(data)
    return digest.finalize()[:size]


def decrypt(sa, iv_and_text):
    if sa.cipher == "null":
        return iv_and_text
    if sa.cipher.endswith("ctr"):
        # RFC 3686 4: nonce, IV, a counter from 1 on.
        key, nonce = sa.key[:-4], sa.key[-4:]
        mode, text = modes.CTR(nonce + iv_and_text[:8] + b"\0\0\0\1"), iv_and_text[8:]
    else:
        key, mode, text = sa.key, modes.CBC(iv_and_text[:16]), iv_and_text[16:]
    decryptor = Cipher(algorithms.AES(key), mode).decryptor()
    return decryptor.update(text) + decryptor.finalize()


def combined(sa):
    """RFC 4106, 4309, 4543, 7634: the mode and the salt."""
    if sa.cipher == "chacha20poly1305":
        return ChaCha20Poly1305(sa.key[:32]), sa.key[32:], 16
    if "ccm" in sa.cipher:
        size = int(sa.cipher.split("ccm")[1])
        return AESCCM(sa.key[:-3], tag_length=size), sa.key[-3:], size
    return AESGCM(sa.key[:-4]), sa.key[-4:], 16


def short_gcm(sa, nonce, aad, sealed, size):
    """A tag of 8 or 12 octets, which is the beginning of the whole one."""
    text, tag = sealed[:-size], sealed[-size:]
    decryptor = Cipher(algorithms.AES(sa.key[:-4]),
                       modes.GCM(nonce, tag, min_tag_length=8)).decryptor()
    decryptor.authenticate_additional_data(aad)
    return decryptor.update(text) + decryptor.finalize()


def open_esp(sa, esp):
    """SPI to ICV; returns the sequence number and what was protected, padding and trailer included."""
    head, low = esp[:8], struct.unpack("!I", esp[4:8])[0]
    high = b"\0\0\0\0" if sa.esn == "on" else b""
    if sa.integ:
        size = len(mac(sa, b""))
        if mac(sa, esp[:-size] + high) != esp[-size:]:
            raise Wrong("ICV")
        return low, decrypt(sa, esp[8:-size])
    aead, salt, size = combined(sa)
    nonce, sealed, aad = salt + esp[8:16], esp[16:], head[:4] + high + head[4:]
    try:
        if sa.cipher.endswith("gmac"):
            aead.decrypt(nonce, sealed[-16:], aad + esp[8:-16])
            return low, sealed[:-16]
        if "gcm" in sa.cipher and not sa.cipher.endswith("gcm16"):
            return low, short_gcm(sa, nonce, aad, sealed, int(sa.cipher.split("gcm")[1]))
        return low, aead.decrypt(nonce, sealed, aad)
    except (InvalidTag, InvalidSignature):
        raise Wrong("ICV") from None


# --- packets

def esp_of(frame):
    """From the SPI on, of an Ethernet frame with IPv4; None for anything else."""
    packet = frame[14:]
    if frame[12:14] != b"\x08\x00":
        return None
    size, end = (packet[0] & 15) * 4, struct.unpack("!H", packet[2:4])[0]
    if packet[9] == ESP:
        return packet[size:end]
    if packet[9] == UDP and packet[size + 2:size + 4] == struct.pack("!H", 4500):
        return packet[size + 8:end]
    return None


def inner_payload(text):
    """Of a UDP packet in IPv4 with padding, pad length and next header behind it."""
    pad = text[-2]
    if text[-1] != IPIP or text[-2 - pad:-2] != bytes(range(1, pad + 1)):
        raise Wrong("trailer")
    packet = text[:-2 - pad]
    if packet[0] != 0x45 or packet[9] != UDP or struct.unpack("!H", packet[2:4])[0] != len(packet):
        raise Wrong("inner header")
    return packet[28:]


def ours(path, sas):
    """SPI and sequence number to payload."""
    found = {}
    for frame in frames_of(path):
        esp = esp_of(frame)
        if esp and (sa := sas.get(struct.unpack("!I", esp[:4])[0])):
            seq, text = open_esp(sa, esp)
            found[sa.spi, seq] = inner_payload(text)
            for at in (4, 8, len(esp) // 2, len(esp) - 1):
                must_not_open(sa, esp[:at] + bytes([esp[at] ^ 16]) + esp[at + 1:])
    return found


def must_not_open(sa, esp):
    try:
        open_esp(sa, esp)
    except Wrong:
        return
    sys.exit(f"{sa.name}: a damaged packet is taken for a good one")


# --- tshark

def tshark_algorithm(sa):
    """As tshark 4.0 calls it; None for what it does not know."""
    cipher = sa.cipher
    if "gcm" in cipher:
        return f"AES-GCM with {cipher.split('gcm')[1]} octet ICV [RFC4106]", "NULL"
    known = {"null": "NULL", "ctr": "AES-CTR [RFC3686]", "cbc": "AES-CBC [RFC3602]"}
    kind = "cbc" if cipher in ("aes128", "aes192", "aes256") else cipher[-3:] if cipher != "null" else cipher
    if kind not in known or sa.integ not in TSHARK_HASHES:
        return None
    return known[kind], TSHARK_HASHES[sa.integ]


def tshark_options(sas):
    for sa in sas:
        cipher, integ = tshark_algorithm(sa)
        key, auth_key = (f"0x{k.hex()}" if k else "" for k in (sa.key, sa.auth_key))
        yield "-o"
        yield f'uat:esp_sa:"IPv4","*","*","0x{sa.spi:08x}","{cipher}","{key}","{integ}","{auth_key}"'


def with_damaged(path):
    """A file with the frames of the capture, and behind them the same with a bit changed in each."""
    copy = tempfile.NamedTemporaryFile(suffix=".pcap")
    with open(path, "rb") as file:
        copy.write(file.read(24))
    frames = [frame for frame in frames_of(path) if esp_of(frame)]
    for frame in frames + [frame[:-1] + bytes([frame[-1] ^ 1]) for frame in frames]:
        copy.write(struct.pack("=IIII", 0, 0, len(frame), len(frame)) + frame)
    copy.flush()
    return copy


def tshark(path, sas):
    """SPI and sequence number to a list of payloads and verdicts on the ICV."""
    fields = ("esp.spi", "esp.sequence", "esp.icv_good", "esp.icv_bad", "udp.payload")
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=l",
               "-o", "esp.enable_encryption_decode:TRUE",
               "-o", "esp.enable_authentication_check:TRUE", *tshark_options(sas)]
    for field in fields:
        command += ["-e", field]
    tshark_run = subprocess.run(command, capture_output=True, text=True, check=False)
    if tshark_run.returncode:
        sys.exit(f"tshark: {tshark_run.stderr}")
    found = {}
    for line in tshark_run.stdout.splitlines():
        spi, seq, good, bad, payload = line.split("\t")
        verdict = good in ("1", "True") and bad not in ("1", "True")
        found.setdefault((int(spi, 0), int(seq)), []).append(
            (bytes.fromhex(payload.replace(":", "")), verdict))
    return found


# --- what was sent

def check(name, sa, sizes, payloads):
    """The payloads of an SA by sequence number, which counts from 1."""
    for seq, size in enumerate(sizes, 1):
        if payloads.get((sa.spi, seq)) != pattern(size, size):
            sys.exit(f"{name}, {sa.name}, {size} octets: decoded {payloads.get((sa.spi, seq))}")


def check_tshark(path, sas, sizes):
    with with_damaged(path) as copy:
        found = tshark(copy.name, sas)
    for sa in sas:
        check("tshark", sa, sizes, {key: packets[0][0] for key, packets in found.items()})
        for seq in range(1, len(sizes) + 1):
            if [verdict for _, verdict in found[sa.spi, seq]] != [True, False]:
                sys.exit(f"tshark, {sa.name}, packet {seq}: {found[sa.spi, seq]}")


def check_all(path, sa_file, sizes):
    with open(sa_file, encoding="ascii") as file:
        sas = {sa.spi: sa for sa in map(Sa, file)}
    sizes = list(sizes_of(sizes))
    found = ours(path, sas)
    known = [sa for sa in sas.values() if sa.esn == "off" and tshark_algorithm(sa)]
    if known:
        check_tshark(path, known, sizes)
    for sa in sas.values():
        check("OpenSSL", sa, sizes, found)
        print(f"{sa.name}: {'tshark and ' if sa in known else ''}OpenSSL")


def key_lengths():
    said = subprocess.run(["svtictl", "--json", "help", "algorithms"], check=True,
                          stdout=subprocess.PIPE).stdout
    return {row["alg"]: (row["key"], row["auth_key"]) for row in json.loads(said)}


def one_of_each(names):
    """Each kind once, with keys of one size or another."""
    kinds = {}
    for name in names:
        kinds.setdefault(re.sub("^aes(128|192|256)", "aes", name), []).append(name)
    return [sizes[turn % len(sizes)] for turn, sizes in enumerate(kinds.values())]


def send_all(src, dst, esn, encap, sizes, *names):
    lengths = key_lengths()
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((os.environ["ALICE_LAN"], 0))
    for spi, name in enumerate(names or one_of_each(lengths), 0x1001):
        key, auth_key = (os.urandom(length).hex() for length in lengths[name])
        sa = Sa(f"{spi} {name} 0x{key} 0x{auth_key} {esn}")
        command = ["svtictl", "sa", "add", "dev", "svti1", "dir", "out", "spi", str(spi), "src", src,
                   "dst", dst, "alg", name, "reqid", "1", "esn", esn]
        command += ["key", f"0x{key}"] if key else []
        command += ["auth-key", f"0x{auth_key}"] if auth_key else []
        command += ["encap", encap] if encap != "-" else []
        subprocess.run(command, check=True)
        for size in sizes_of(sizes):
            sock.sendto(pattern(size, size), (os.environ["BOB_LAN"], 7000))
        print(sa)


if __name__ == "__main__":
    if len(sys.argv) >= 7 and sys.argv[1] == "send":
        send_all(*sys.argv[2:])
    elif len(sys.argv) == 5 and sys.argv[1] == "check":
        check_all(*sys.argv[2:])
    else:
        sys.exit(__doc__)
