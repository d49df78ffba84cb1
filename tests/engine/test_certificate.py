"""The engine's own certificate, whatever the clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography import x509

from playground.engine.certificate import make_security


def test_it_is_valid_long_before_and_long_after() -> None:
    made = make_security()
    pem = made.get_tls_config_for_role("client")["ca_file"]  # type: ignore[no-untyped-call]
    certificate = x509.load_pem_x509_certificate(pem.encode())
    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now - timedelta(days=2)
    assert certificate.not_valid_after_utc > now + timedelta(days=5 * 365)
    assert made.get_connection_args("client")["ssl_context"]  # type: ignore[no-untyped-call]
    assert made.get_listen_args("scheduler")["ssl_context"]  # type: ignore[no-untyped-call]
