"""The public halves of the keys that sign editions."""

import asyncio
import base64
import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from parindex.access.tenants import Tenant
from parindex.api.shared import downloads
from parindex.api.shared.page import page, url
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.publication import keys, queries
from parindex.publication.keys import PublicKey
from parindex.publication.queries import EditionRow
from parindex.text import local_day


@get("/keys", include_in_schema=False)
async def public_keys(request: Request[Any, Any, Any], services: Given) -> Response[str]:
    """The public halves of the tenant's keys."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    async with services.db.transaction(tenant.id) as connection:
        rows = await queries.listed(connection)
    context = {
        "keys_href": url("/keys.json"),
        "keys": [_key(key, rows, current=place == 0) for place, key in enumerate(held)],
    }
    return page(request, "public/keys.html", context)


def _key(key: PublicKey, rows: list[EditionRow], *, current: bool) -> dict[str, Any]:
    signed = sorted(local_day(row.published_at) for row in rows if row.key_id == key.key_id)
    return {
        "id": key.key_id,
        "algorithm": key.algorithm,
        "public": keys.pem(key),
        "fingerprint": hashlib.sha256(base64.b64decode(key.public_key)).hexdigest(),
        "since": signed[0] if signed else None,
        "until": None if current or not signed else signed[-1],
        "current": current,
        "href": url(f"/keys/{key.key_id}.pem"),
    }


@get("/keys.json", include_in_schema=False)
async def public_keys_json(request: Request[Any, Any, Any], services: Given) -> Response[bytes]:
    """The same for programs; ``parindex verify --key`` reads it."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    document = {"tenant": tenant.code, "keys": [msgspec.to_builtins(key) for key in held]}
    return Response(downloads.json_bytes(document), media_type=downloads.TYPES["json"])


@get("/keys/{name:str}", include_in_schema=False)
async def public_key_pem(request: Request[Any, Any, Any], services: Given, name: FromPath[str]) -> Response[Any]:
    """One key as PEM."""
    tenant: Tenant = request.state.tenant
    held = await asyncio.to_thread(services.keys.public, tenant.code)
    found = next((key for key in held if f"{key.key_id}.pem" == name), None)
    if found is None:
        raise Refused("not_found")
    headers = {"Content-Disposition": 'attachment; filename="public.pem"'}
    return Response(keys.pem(found), media_type="application/x-pem-file", headers=headers)


routes = [public_keys, public_keys_json, public_key_pem]
