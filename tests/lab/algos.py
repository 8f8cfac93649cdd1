# SPDX-License-Identifier: GPL-2.0-or-later
"""What protects ESP: IKEv2 transform ids for svti, kernel crypto names for xfrm."""
import dataclasses
import random

import xfrm


@dataclasses.dataclass(frozen=True)
class Cipher:
    """encr is the IKEv2 transform id; keys, salt, iv, block are octets; so is icv, which a
    combined mode has, and a cipher that needs an integrity algorithm beside it has not."""

    name: str
    encr: int
    xfrm: str
    keys: tuple
    iv: int
    block: int
    salt: int = 0
    icv: int = 0


@dataclasses.dataclass(frozen=True)
class Integrity:
    name: str
    integ: int
    xfrm: str
    key: int
    icv: int


@dataclasses.dataclass(frozen=True)
class Algo:
    """One way to protect ESP, with a size of key."""

    cipher: Cipher
    integrity: Integrity | None
    key: int

    @property
    def name(self):
        return f"{self.cipher.name}-{self.key * 8}" + (
            f"-{self.integrity.name}" if self.integrity else "")

    @property
    def icv(self):
        return self.integrity.icv if self.integrity else self.cipher.icv

    @property
    def clear(self):
        """The payload stays readable (RFC 2410, RFC 4543)."""
        return self.cipher.encr in (11, 21)

    @property
    def ids(self):
        return self.cipher.encr, self.integrity.integ if self.integrity else 0

    def new_keys(self, seed):
        """Encryption key with its salt, and integrity key."""
        rng = random.Random(f"{self.name} {seed}")
        return (rng.randbytes(self.key + self.cipher.salt),
                rng.randbytes(self.integrity.key if self.integrity else 0))

    def for_svti(self, encr_key, integ_key):
        fields = {"encr": self.cipher.encr}
        if encr_key:
            fields["encr-key"] = encr_key
        if self.integrity:
            fields |= {"integ": self.integrity.integ, "integ-key": integ_key}
        return fields

    def for_xfrm(self, encr_key, integ_key):
        """Pairs of attribute and value."""
        if not self.integrity:
            return [(xfrm.ALG_AEAD, xfrm.algorithm(self.cipher.xfrm, encr_key, self.icv * 8))]
        return [(xfrm.ALG_CRYPT, xfrm.algorithm(self.cipher.xfrm, encr_key)),
                (xfrm.ALG_AUTH_TRUNC,
                 xfrm.algorithm(self.integrity.xfrm, integ_key, self.icv * 8))]

    @property
    def block(self):
        """RFC 4303 2.4: at least 4 octets, whatever the cipher."""
        return max(self.cipher.block, 4)

    def cipher_len(self, inner):
        """Octets that are encrypted: padding, its length and the next header among them."""
        return (inner + 1 + self.block) // self.block * self.block

    def inner_max(self, room):
        """The largest inner packet whose ESP packet takes no more than so many octets."""
        return (room - 8 - self.cipher.iv - self.icv) // self.block * self.block - 2


AES = (16, 24, 32)


def aead(name, encr, kernel, octets, **more):
    return Cipher(name, encr, kernel, octets, iv=8, block=4, **more)


# RFC 8221 5 and 6, by their IANA numbers.
CIPHERS = [
    aead("aes-gcm8", 18, "rfc4106(gcm(aes))", AES, salt=4, icv=8),
    aead("aes-gcm12", 19, "rfc4106(gcm(aes))", AES, salt=4, icv=12),
    aead("aes-gcm16", 20, "rfc4106(gcm(aes))", AES, salt=4, icv=16),
    aead("aes-ccm8", 14, "rfc4309(ccm(aes))", AES, salt=3, icv=8),
    aead("aes-ccm12", 15, "rfc4309(ccm(aes))", AES, salt=3, icv=12),
    aead("aes-ccm16", 16, "rfc4309(ccm(aes))", AES, salt=3, icv=16),
    aead("aes-gmac", 21, "rfc4543(gcm(aes))", AES, salt=4, icv=16),
    aead("chacha20-poly1305", 28, "rfc7539esp(chacha20,poly1305)", (32,), salt=4, icv=16),
    Cipher("aes-cbc", 12, "cbc(aes)", AES, iv=16, block=16),
    Cipher("aes-ctr", 13, "rfc3686(ctr(aes))", AES, iv=8, block=1, salt=4),
    Cipher("null", 11, "ecb(cipher_null)", (0,), iv=0, block=1),
]
INTEGRITIES = [
    Integrity("sha1", 2, "hmac(sha1)", key=20, icv=12),
    Integrity("xcbc", 5, "xcbc(aes)", key=16, icv=12),
    Integrity("cmac", 8, "cmac(aes)", key=16, icv=12),
    Integrity("sha256", 12, "hmac(sha256)", key=32, icv=16),
    Integrity("sha384", 13, "hmac(sha384)", key=48, icv=24),
    Integrity("sha512", 14, "hmac(sha512)", key=64, icv=32),
]


def table():
    """Every combination."""
    return [Algo(cipher, integrity, key) for cipher in CIPHERS
            for integrity in ([None] if cipher.icv else INTEGRITIES) for key in cipher.keys]
