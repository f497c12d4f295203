"""The attacks again behind nginx with TLS, as docs/operations.md writes it; skipped where there is no nginx."""

from __future__ import annotations

import datetime
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parindex.api.shared.page import SECURITY_HEADERS
from parindex.publication.edition import signed_bytes
from parindex.publication.keys import SigningKeys
from tests.attacks.test_verify_page import NOT_RECOMPUTED, edition
from tests.browsing import Site
from tests.installations import ROOT, free_port
from tests.surveys.survey_fields import a_field

NGINX = shutil.which("nginx") or next((path for path in ("/usr/sbin/nginx",) if Path(path).exists()), None)
NAME = "parindex.example"
TOKEN = "Q" * 32

pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx on this machine")


def documented() -> str:
    """The configuration that the page for operators shows."""
    return re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.DOTALL)[
        0
    ]


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "parindex.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "parindex.key").write_bytes(secret)


class Proxy(msgspec.Struct, frozen=True):
    """A running nginx."""

    plain: int
    """Its port for HTTP."""

    secure: int
    """Its port for TLS."""

    logs: Path
    """The folder of its logs."""

    def client(self) -> httpx.Client:
        """A visitor's browser that takes the certificate as it is."""
        return httpx.Client(
            base_url=f"https://127.0.0.1:{self.secure}", headers={"host": NAME}, verify=False, timeout=30
        )

    def logged(self) -> str:
        return "".join(path.read_text(errors="replace") for path in self.logs.glob("*.log"))


@pytest.fixture
def proxy(site: Site, tmp_path: Path) -> Iterator[Proxy]:
    settings = site.services.settings
    site.services.settings = msgspec.structs.replace(settings, base_url=f"https://{NAME}")
    yield from running(tmp_path, int(site.url.rpartition(":")[2]))
    site.services.settings = settings


@pytest.fixture
def proxy_of_nobody(tmp_path: Path) -> Iterator[Proxy]:
    """In front of a server that does not answer, so that nginx has faults to log."""
    yield from running(tmp_path, free_port())


def running(folder: Path, upstream: int) -> Iterator[Proxy]:
    assert NGINX is not None
    folder.chmod(0o755)
    logs = folder / "logs"
    logs.mkdir()
    certificate(folder)
    plain, secure = free_port(), free_port()
    server = documented()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("/etc/ssl/", f"{folder}/"), ("/var/log/nginx/", f"{logs}/"), ("http://127.0.0.1:8000", f"http://127.0.0.1:{upstream}"),
    ):  # fmt: skip
        assert old in server, old
        server = server.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {logs}/start.log warn;\n"
        f"events {{}}\nhttp {{\naccess_log {logs}/access.log;\n{places}{server}}}\n"
    )
    command = [NGINX, "-p", str(folder), "-e", str(logs / "start.log"), "-c", str(configuration)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 20
        while not _listens(secure):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            assert time.monotonic() < deadline
        yield Proxy(plain, secure, logs)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def decent(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.request.url
    assert all(answer.headers.get(name) for name in SECURITY_HEADERS), answer.request.url
    assert answer.headers["strict-transport-security"]


def test_plain_http_leads_to_tls_and_logs_no_token(proxy: Proxy) -> None:
    for path in ("/", f"/s/demo/{TOKEN}", f"/invitations/{TOKEN}"):
        answer = httpx.get(f"http://127.0.0.1:{proxy.plain}{path}", headers={"host": NAME})
        assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}{path}")
    assert TOKEN not in proxy.logged()


def test_a_token_is_in_no_log_even_where_the_server_does_not_answer(proxy_of_nobody: Proxy) -> None:
    paths = (f"/s/demo/{TOKEN}", f"/invitations/{TOKEN}", f"/t/khac/s/demo/{TOKEN}", f"/t/khac/invitations/{TOKEN}")
    with proxy_of_nobody.client() as browser:
        for path in paths:
            assert browser.get(path).status_code == 502
            assert browser.post(path, content=b"x" * 61_000_000).status_code in (413, 502)
        assert browser.get("/rankings").status_code == 502
    logged = proxy_of_nobody.logged()
    assert TOKEN not in logged
    assert "/rankings" in logged, "other faults are logged"


def test_names_addresses_and_bytes_are_answered_as_without_a_proxy(proxy: Proxy) -> None:
    with proxy.client() as browser:
        assert browser.get("/").status_code == 200
        assert browser.get("/healthz").status_code == 200
        for path in (
            "/static/a%00b",
            "/static/" + "a" * 300,
            "/static/js/frame.js/x",
            "/%ff%fe",
            "/verify?digest=%ff",
            "/x.json",
        ):
            answer = browser.get(path)
            if answer.status_code != 400:  # nginx itself refuses what is no address
                decent(answer)
        assert browser.get("/", headers={"host": "evil.example"}).status_code == 421
        refused = browser.post(
            "/api/v1/survey-rounds/x/responses", content=b'{"id":"\xff"}', headers={"content-type": "application/json"}
        )
        decent(refused)
        assert "evil" not in browser.get("/", headers={"host": "evil.example"}).text


def test_cookies_are_of_the_host_and_forms_of_other_sites_are_refused(proxy: Proxy) -> None:
    with proxy.client() as browser:
        cookies = browser.get("/sign-in").headers.get_list("set-cookie")
        assert cookies
        for cookie in cookies:
            if not cookie.startswith("lang="):
                assert cookie.startswith("__Host-")
                assert "secure" in cookie.lower()
        name, _, value = cookies[0].partition(";")[0].partition("=")
        form = {"_csrf_token": value, "login": "nguoi", "password": "sai mat khau"}
        theirs = browser.post(
            "/sign-in", data=form, headers={"cookie": f"{name}={value}", "origin": "https://evil.example"}
        )
        assert theirs.status_code == 403
        ours = browser.post("/sign-in", data=form, headers={"cookie": f"{name}={value}", "origin": f"https://{NAME}"})
        assert ours.status_code == 401


def test_failures_count_against_the_visitor_that_nginx_saw_and_not_whom_one_claims_to_be(proxy: Proxy) -> None:
    with proxy.client() as browser:
        cookie = browser.get("/sign-in").headers.get_list("set-cookie")[0].partition(";")[0]
        form = {"_csrf_token": cookie.partition("=")[2], "login": "khong-co", "password": "sai mat khau"}
        told = []
        for number in range(9):
            claimed = {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"}
            headers = {"cookie": cookie, "origin": f"https://{NAME}", **claimed}
            told.append(browser.post("/sign-in", data=form, headers=headers).status_code)
        assert told == [401] * 8 + [429]


def test_only_tls_that_is_spoken_today_is_spoken(proxy: Proxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxy.secure)) as plain, context.wrap_socket(plain) as secure:
        assert secure.version() in ("TLSv1.2", "TLSv1.3")


def test_wrong_tokens_of_one_visitor_keep_no_neighbour_behind_the_proxy_from_answering(
    site: Site, proxy: Proxy
) -> None:
    field = site.call(a_field(site.services.db, site.tenant))
    with proxy.client() as browser:
        guesses = [browser.get(f"/s/{'A' * 20}{number:02}").status_code for number in range(40)]
        assert guesses[0] == 404
        assert guesses[-1] == 429
        assert browser.get(f"/s/{field.tokens[0]}").status_code == 303
    assert field.tokens[0] not in proxy.logged()


def test_a_head_that_is_too_large_and_heads_that_never_end_keep_nobody_out(proxy: Proxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    slow = []
    for _ in range(60):
        sender = context.wrap_socket(socket.create_connection(("127.0.0.1", proxy.secure)))
        sender.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode())
        slow.append(sender)
    with proxy.client() as browser:
        assert browser.get("/healthz").status_code == 200
        large = browser.get("/", headers={"x-large": "x" * 100_000})
        assert large.status_code in (400, 431, 494)
        assert browser.get("/" + "a" * 20_000).status_code == 414
        assert browser.get("/").status_code == 200
    for sender in slow:
        sender.close()


def test_a_file_that_no_known_key_signed_is_not_computed_again(
    proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = SigningKeys(tmp_path_factory.mktemp("stranger")).made("demo")
    with proxy.client() as browser:
        cookie = browser.get("/verify").headers.get_list("set-cookie")[0].partition(";")[0]
        told = browser.post(
            "/verify", data={"_csrf_token": cookie.partition("=")[2]}, headers={"cookie": cookie, "origin": f"https://{NAME}"},
            files={"edition": ("edition.json", signed_bytes(edition(), stranger), "application/json")},
        )  # fmt: skip
    assert told.status_code == 200
    assert NOT_RECOMPUTED in told.text
    decent(told)
