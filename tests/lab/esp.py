# SPDX-License-Identifier: GPL-2.0-or-later
"""ESP (RFC 4303) sealed and opened in user space, by a cryptographic library that is not the
kernel's: what is wrong with a packet is up to who makes it."""
import hashlib
import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IPIP, IPV6, NONE = 4, 41, 59


class Forged(Exception):
    """The ICV is wrong."""


class Gcm:
    """RFC 4106 with an ICV of 16 octets; the last 4 octets of the key are the salt."""

    iv, icv, block = 8, 16, 4

    def __init__(self, encr_key, _):
        self.aead, self.salt = AESGCM(encr_key[:-4]), encr_key[-4:]

    def seal(self, aad, seq, text):
        iv = struct.pack("!Q", seq)
        return iv + self.aead.encrypt(self.salt + iv, text, aad)

    def open(self, aad, data):
        try:
            return self.aead.decrypt(self.salt + data[:8], data[8:], aad)
        except InvalidTag as error:
            raise Forged from error


class CbcSha256:
    """RFC 3602 with RFC 4868."""

    iv, icv, block = 16, 16, 16

    def __init__(self, encr_key, integ_key):
        self.key, self.integ_key = encr_key, integ_key

    def mac(self, aad, data):
        """aad is SPI and sequence number; of an extended one the upper half comes last."""
        return hmac.new(self.integ_key, aad[:4] + aad[-4:] + data + aad[4:-4],
                        hashlib.sha256).digest()[:16]

    def cipher(self, iv):
        return Cipher(algorithms.AES(self.key), modes.CBC(iv))

    def seal(self, aad, _, text):
        iv = os.urandom(16)
        context = self.cipher(iv).encryptor()
        data = iv + context.update(text) + context.finalize()
        return data + self.mac(aad, data)

    def open(self, aad, data):
        data, icv = data[:-16], data[-16:]
        if self.mac(aad, data) != icv:
            raise Forged
        context = self.cipher(data[:16]).decryptor()
        return context.update(data[16:]) + context.finalize()


SUITES = {"aes-gcm16": Gcm, "aes-cbc": CbcSha256}


class Sa:
    """One direction; seq is the last sequence number that was used."""

    def __init__(self, spi, algo, keys, esn=False):
        self.spi, self.esn, self.seq = spi, esn, 0
        self.suite = SUITES[algo.cipher.name](*keys)

    def aad(self, seq):
        if self.esn:
            return struct.pack("!IQ", self.spi, seq)
        return struct.pack("!II", self.spi, seq)

    def seal(self, text, seq=None):
        """An ESP packet of exactly this text, trailer included."""
        if seq is None:
            self.seq += 1
            seq = self.seq
        return struct.pack("!II", self.spi, seq & 0xFFFFFFFF) + \
            self.suite.seal(self.aad(seq), seq, text)

    def protect(self, inner, next_header=IPIP, seq=None, pad=None, padding=None):
        """pad: octets of padding, as many as are needed if not given; padding: other ones than
        1, 2, 3."""
        if pad is None:
            pad = -(len(inner) + 2) % self.suite.block
        if padding is None:
            padding = bytes(range(1, pad + 1))
        return self.seal(inner + padding + bytes([pad, next_header]), seq)

    def open(self, data, seq):
        """The text, trailer included; seq: all of the sequence number."""
        return self.suite.open(self.aad(seq), data[8:])
