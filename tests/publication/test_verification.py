from __future__ import annotations

import base64
import datetime
import json
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parindex.publication import keys
from parindex.publication.edition import digest_of, read, signed_bytes
from parindex.publication.keys import BrokenKey, PublicKey, SigningKey, SigningKeys
from parindex.publication.model import FORMAT, AuditHead, Edition, EditionDecision, TenantDocument
from parindex.publication.verification import _short, verify
from parindex.rankings.compute import compute
from parindex.reading.canonical_json import NotCanonical, canonical, parse
from parindex.text import translator
from tests.rankings import small_year


def edition(**other: object) -> Edition:
    values = {
        "format": FORMAT,
        "tenant": TenantDocument(code="demo", name_vi="Vụ Cải cách hành chính (mô phỏng)", name_en=None),
        "number": "2025-province.1",
        "decision": EditionDecision(number="214/QĐ-CCHC", date=datetime.date(2026, 4, 6), signer="Lê Văn Minh"),
        "published_on": datetime.date(2026, 4, 6),
        "computation": compute(small_year.given()),
        "previous": None,
        "changes": (),
        "audit": AuditHead(block=12, hash="cd" * 32),
        "software": "parindex 0.1.0",
        **other,
    }
    return Edition(**values)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKeys(tmp_path_factory.mktemp("data") / "keys").made("demo")


@pytest.fixture(scope="module")
def file(key: SigningKey) -> bytes:
    return signed_bytes(edition(), key)


def test_what_was_recomputed_is_counted(file: bytes, key: SigningKey) -> None:
    """Ten of the twelve agencies of the small year have an index; each has a result for every leaf, area and sum."""
    told = [check.message % check.values for check in verify(file, [key.public]).checks if check.state == "holds"]
    nodes = sum(len(result.nodes) for result in edition().computation.results)
    assert f"Điểm của {nodes} mục tính lại từ số liệu khớp đến chữ số cuối cùng." in told
    assert "Chỉ số của 10 đơn vị tính lại khớp đến chữ số cuối cùng." in told
    assert "Khoảng hạng tính lại khớp (hạt giống 1, 2000 lượt)." in told


def test_a_signed_edition_is_its_own_canonical_form_and_reads_back_the_same(file: bytes) -> None:
    assert canonical(json.loads(file)) == file
    assert read(file).edition == edition()


def test_a_published_edition_can_be_rebuilt_byte_for_byte(file: bytes, key: SigningKey) -> None:
    assert signed_bytes(edition(), key) == file


def test_an_untouched_edition_holds_in_every_check(file: bytes, key: SigningKey) -> None:
    verdict = verify(file, [key.public])
    assert verdict.holds
    assert verdict.signer_known
    assert [check.name for check in verdict.checks if check.state == "holds"] == [
        "bytes", "digest", "signature", "signer", "criteria_set", "points", "index", "ranks", "errors", "rank_sets",
    ]  # fmt: skip


def test_without_a_key_it_is_unchanged_since_signing_and_the_signer_is_not_known(file: bytes) -> None:
    verdict = verify(file, [])
    assert verdict.holds
    assert not verdict.signer_known
    assert "Không thay đổi kể từ khi ký, chưa rõ người ký" in next(
        c.text(translator("vi")) for c in verdict.checks if c.name == "signer"
    )


def test_another_trusted_key_refuses_the_edition(file: bytes, tmp_path: Path) -> None:
    assert not verify(file, [SigningKeys(tmp_path).made("demo").public]).holds


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(file: bytes) -> bytes:
        assert old in file
        return file.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "fails"),
    [
        (replaced(b'"1.2.on_time":"987"', b'"1.2.on_time":"986"'), {"digest", "signature", "points"}),
        (replaced("Tỉnh Số 1".encode(), "Tỉnh Số 9".encode()), {"digest", "signature"}),
        (replaced(b'"rank":1,', b'"rank":2,'), {"digest", "signature", "ranks"}),
        (replaced(b'"level":"0.95"', b'"level":"0.99"'), {"digest", "signature", "errors", "rank_sets"}),
        (replaced(b",", b", "), {"bytes"}),
        (replaced(b'"df":"40"', b'"df":"4\\u0030"'), {"bytes"}),
        (lambda file: file + b"\n", {"bytes"}),
        (lambda file: b"\xef\xbb\xbf" + file, {"bytes"}),
        (lambda file: file[:-1], {"bytes"}),
        (lambda file: file[: len(file) // 2], {"bytes"}),
        (lambda file: file + file, {"bytes"}),
        (lambda _: b"", {"bytes"}),
        (lambda _: b"{}", {"format"}),
        (lambda _: b"\x00\xff\x00", {"bytes"}),
        (lambda _: b"[" * 100_000, {"bytes"}),
        (replaced(b'"format":"parindex-edition/2"', b'"format":"parindex-edition/3"'), {"format"}),
        (replaced(b'"format":"parindex-edition/2"', b'"format":"parindex-edition/1"'), {"format"}),
        (replaced(b'"gate":5', b'"gate":1'), {"digest", "signature"}),
        (replaced(b'"marked":"simulated"', b'"marked":null'), {"digest", "signature"}),
        (replaced(b'"edition":{', b'"edition":{"a":1,'), {"format"}),
        (replaced(b'"algorithm":"Ed25519"', b'"algorithm":"Ed25518"'), {"format"}),
    ],
)
def test_any_changed_byte_is_refused(
    file: bytes, key: SigningKey, change: Callable[[bytes], bytes], fails: set[str]
) -> None:
    verdict = verify(change(file), [key.public])
    assert not verdict.holds
    assert fails <= {check.name for check in verdict.checks if check.state == "fails"}
    for language in ("vi", "en"):
        assert all(check.text(translator(language)) for check in verdict.checks)


def test_a_changed_spelling_is_told_with_its_place(file: bytes, key: SigningKey) -> None:
    at = file.index(b",") + 1
    (check,) = verify(file[:at] + b" " + file[at:], [key.public]).checks
    assert check.text(translator("vi")).startswith(
        f"Tệp đã bị thay đổi: khác với cách viết chuẩn từ byte thứ {at}, gần “"
    )
    assert file[at - 10 : at].decode() in check.text(translator("vi"))


def signature_changed(file: bytes, **values: str) -> bytes:
    content = json.loads(file)
    content["signature"] |= values
    return canonical(content)


def test_a_changed_signature_key_or_key_id_is_refused(file: bytes, key: SigningKey, tmp_path: Path) -> None:
    signature = json.loads(file)["signature"]
    raw = bytearray(base64.b64decode(signature["value"]))
    raw[40] ^= 1
    other = SigningKeys(tmp_path).made("demo").public
    for values in (
        {"value": base64.b64encode(bytes(raw)).decode()},
        {"value": signature["value"].rstrip("=")},
        {"key_id": "0" * 16},
        {"public_key": other.public_key},
        {"public_key": other.public_key, "key_id": other.key_id},
        {"value": ""},
    ):
        verdict = verify(signature_changed(file, **values), [key.public])
        assert {"signature"} == {check.name for check in verdict.checks if check.state == "fails"}, values


def test_a_signature_of_another_purpose_is_none_of_an_edition(file: bytes, key: SigningKey) -> None:
    content = json.loads(file)
    value = base64.b64encode(key.sign(f"parindex-package/1 {content['digest']}".encode())).decode()
    assert not verify(signature_changed(file, value=value), [key.public]).holds


def test_an_edition_changed_and_signed_by_another_key_is_refused_by_who_knows_the_signer(
    file: bytes, key: SigningKey, tmp_path: Path
) -> None:
    forger = SigningKeys(tmp_path).made("demo")
    forged = signed_bytes(edition(number="2025-province.2"), forger)
    assert verify(forged, []).holds
    assert not verify(forged, [key.public]).holds


def test_numbers_that_do_not_follow_from_the_facts_are_found_even_under_a_good_signature(key: SigningKey) -> None:
    computation = compute(small_year.given())
    better = msgspec.structs.replace(computation.results[0], points="99", index="99", index_printed="99.00")
    lying = msgspec.structs.replace(computation, results=(better, *computation.results[1:]))
    verdict = verify(signed_bytes(edition(computation=lying), key), [key.public])
    failing = {check.name: check for check in verdict.checks if check.state == "fails"}
    assert set(failing) == {"points", "index"}
    assert "results[T01].points" in failing["points"].text(translator("vi"))
    assert "99" in failing["points"].text(translator("en"))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_single_byte_of_the_file_is_free(file: bytes, key: SigningKey, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(file) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != file[at]))
    changed = file[:at] + bytes([value]) + file[at + 1 :]
    try:
        signed = read(changed)
    except (NotCanonical, ValueError):
        return
    content = parse(changed)
    assert digest_of(content["edition"]) != signed.digest or not verify(changed, [key.public]).holds


def test_a_key_is_made_once_and_kept_from_other_users(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = SigningKeys(folder).made("demo")
    assert SigningKeys(folder).made("demo").public == first.public
    assert SigningKeys(folder).made("khac").public != first.public
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "demo.pem").stat().st_mode) == 0o600


def test_a_private_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    SigningKeys(tmp_path / "keys").made("demo")
    (tmp_path / "keys" / "demo.pem").chmod(0o644)
    with pytest.raises(BrokenKey, match="chmod 600"):
        SigningKeys(tmp_path / "keys").made("demo")


@pytest.mark.parametrize("content", [b"", b"none", b"-----BEGIN PRIVATE KEY-----\nxxxx\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_private_key_is_named_and_not_used(tmp_path: Path, content: bytes) -> None:
    SigningKeys(tmp_path / "keys").made("demo")
    (tmp_path / "keys" / "demo.pem").write_bytes(content)
    with pytest.raises(BrokenKey, match=r"demo\.pem"):
        SigningKeys(tmp_path / "keys").made("demo")


def test_an_earlier_key_stays_readable_after_a_new_one_is_made(tmp_path: Path) -> None:
    folder = SigningKeys(tmp_path / "keys")
    old = folder.made("demo").public
    (tmp_path / "keys" / "demo.pem").rename(tmp_path / "demo.pem.retired")
    new = folder.made("demo").public
    assert folder.public("demo") == (new, old)


def test_a_public_key_is_read_from_every_form_that_we_write(tmp_path: Path) -> None:
    key = SigningKeys(tmp_path).made("demo").public
    listed = json.dumps({"keys": [msgspec.to_builtins(key)]}).encode()
    for content in (
        keys.pem(key).encode(),
        key.public_key.encode(),
        listed,
        json.dumps(msgspec.to_builtins(key)).encode(),
    ):
        assert keys.parse_public(content) == (key,)
        assert keys.parse_public(b"\xef\xbb\xbf" + content + b"\r\n") == (key,)


@pytest.mark.parametrize("content", [b'{"keys": [], "keys": [%s]}', b'{"keys": [%s]', b"[%s]", b"\xff\xfe{", b""])
def test_a_list_of_keys_that_can_be_read_in_two_ways_is_refused(tmp_path: Path, content: bytes) -> None:
    key = json.dumps(msgspec.to_builtins(SigningKeys(tmp_path).made("demo").public)).encode()
    path = tmp_path / "keys.json"
    path.write_bytes(content.replace(b"%s", key))
    with pytest.raises(keys.BrokenKey):
        keys.read_public(path)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    )
)
def test_canonical_bytes_read_back_to_the_same_value_and_bytes(value: object) -> None:
    made = canonical(value)
    assert parse(made) == value
    assert canonical(parse(made)) == made


def test_keys_sort_by_utf_16_code_units_as_rfc_8785_says() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(names)))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize("text", [b"1.5", b'{"a":1,"a":2}', b"NaN", b"9007199254740993", b'"\\ud800"', b"01", b"1e2"])
def test_what_has_no_one_spelling_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(text)


@pytest.mark.parametrize(
    ("mode", "opens"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o610, False)]
)
def test_a_private_key_that_the_group_or_others_may_touch_is_refused(tmp_path: Path, mode: int, opens: bool) -> None:
    SigningKeys(tmp_path / "keys").made("demo")
    (tmp_path / "keys" / "demo.pem").chmod(mode)
    if opens:
        SigningKeys(tmp_path / "keys").made("demo")
        return
    with pytest.raises(BrokenKey, match="chmod 600"):
        SigningKeys(tmp_path / "keys").made("demo")


def test_a_new_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    SigningKeys(tmp_path / "keys").made("demo")
    assert stat.S_IMODE((tmp_path / "keys" / "demo.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("text", ["", "AAAA", "@", "é", base64.b64encode(b"\xff" * 32).decode(), "A" * 43])
def test_what_is_no_public_key_verifies_nothing(text: str, key: SigningKey) -> None:
    assert not PublicKey(key_id="0" * 16, public_key=text).verifies(b"\0" * 64, b"message")
    assert not key.public.verifies(b"short", b"message")


@pytest.mark.parametrize(("length", "shown"), [(80, "x" * 80), (81, "x" * 77 + "…")])
def test_a_value_of_more_than_80_characters_is_cut_where_it_is_told(length: int, shown: str) -> None:
    assert _short("x" * length) == shown
