"""The link over TLS: whom it believes, and what the doctor says of an exchange that it doesn't."""

import asyncio
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from exchange_process import exchange, start
from moothall.doctor.services import check_exchange
from moothall.queueing.router import run_router
from moothall.telephony.registry import link_to
from moothall.telephony.tests.linked import Linked

HERE = "127.0.0.1"


def certificate(folder, name, *, host=HERE):
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
    made = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), now - timedelta(days=1),
        now + timedelta(days=1), [x509.Extension(names.oid, False, names)],
    ).sign(key, hashes.SHA256())  # fmt: skip
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    return tuple(map(str, paths))


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("known"), "exchange")


@pytest.fixture(scope="module")
def running(known):
    """An exchange that speaks TLS, for all of these tests."""
    process = start("--certificate", known[0], "--key", known[1])
    yield process
    process.end()


def test_an_encrypted_link_works_as_the_other(known, running):
    async def whole():
        both = Linked(link_to(f"{HERE}:{running.csta}", ca=known[0]), running)
        listening = asyncio.create_task(both.listen())
        await both.link.connect(lines=("5001",), stations=("4001",))
        call = await both.answered("5001", "4001")
        await running.ask("fault", kind="drop_link")
        await running.ask("hang_up", call=call)
        assert await both.told(call, "ended exchange lost")
        await both.link.close()
        await listening
        running.hang_up()

    asyncio.run(whole())


async def refused(address, ca):
    """What keeps the link from being up."""
    link = link_to(address, ca=ca)
    await link.connect(lines=("5001",), stations=())
    async with asyncio.timeout(10):
        while not link.counters["connect_failed"]:
            await asyncio.sleep(0.01)
    await link.close()
    assert [event async for event in link.events()] == []
    return {name.partition(":")[0] for name in link.counters} - {"connect_failed"}


def test_nobody_is_believed_whom_the_authority_did_not_sign(tmp_path, running):
    other, _ = certificate(tmp_path, "other")
    assert asyncio.run(refused(f"{HERE}:{running.csta}", other)) == {"tls_refused"}


def test_a_certificate_of_another_host_is_refused(tmp_path):
    path, key = certificate(tmp_path, "elsewhere", host="192.0.2.7")

    async def whole():
        async with exchange("--certificate", path, "--key", key) as elsewhere:
            assert await refused(f"{HERE}:{elsewhere.csta}", path) == {"tls_refused"}

    asyncio.run(whole())


def test_where_tls_is_asked_for_nothing_is_said_in_clear(known):
    async def whole():
        async with exchange() as plain:
            assert await refused(f"{HERE}:{plain.csta}", known[0]) <= {"tls_refused"}

    asyncio.run(whole())


@pytest.mark.parametrize("text", [None, "no certificate"])
def test_a_file_that_can_not_be_used_is_named(tmp_path, settings, capsys, text):
    path = tmp_path / "ca.pem"
    if text:
        path.write_text(text)
    with pytest.raises(ValueError, match=r"MOOTHALL_EXCHANGE_CA names .*ca\.pem, which can't be used"):
        link_to(f"{HERE}:1", ca=str(path))
    settings.EXCHANGE, settings.EXCHANGE_CA = f"{HERE}:1", str(path)
    assert run_router() == 1
    assert "ca.pem, which can't be used" in capsys.readouterr().err
    (found,) = check_exchange()
    assert (found.code, "ca.pem" in found.words) == ("exchange.certificate", True)


def test_the_doctor_tells_whom_it_does_not_believe_and_no_password(tmp_path, known, running, settings):
    settings.EXCHANGE, settings.EXCHANGE_CA = f"moot:s3cret@{HERE}:{running.csta}", known[0]
    assert list(check_exchange()) == []
    settings.EXCHANGE_CA = certificate(tmp_path, "other")[0]
    (found,) = check_exchange()
    assert found.code == "exchange.certificate"
    settings.EXCHANGE, settings.EXCHANGE_CA = f"moot:s3cret@{HERE}:1", ""
    (unreachable,) = check_exchange()
    assert unreachable.code == "exchange.unreachable"
    assert not [each for each in (found, unreachable) if "s3cret" in each.words]
