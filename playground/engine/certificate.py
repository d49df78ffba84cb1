"""The certificate with which scheduler, workers and application know each other on this machine.

Made anew at every start and kept in memory only. It is valid long before and long after, so that a
clock that is wrong, or is set right while the engine runs, shuts nobody out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from distributed import Security

BEFORE: Final = timedelta(days=365)
"""How far back in time it is valid."""

AFTER: Final = timedelta(days=3650)
"""How long it is valid: longer than any server runs."""

NAME: Final = "playground-engine"


def make_security() -> Security:
    """Return a key and the certificate that it signed itself, for all roles in the engine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + AFTER)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    roles = ("client", "scheduler", "worker")
    return Security(  # type: ignore[no-untyped-call]
        require_encryption=True,
        tls_ca_file=pem,
        **{f"tls_{role}_cert": pem for role in roles},
        **{f"tls_{role}_key": secret for role in roles},
    )
