"""The public halves of the keys that sign editions."""

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from parindex.api.public.keys_view import keys_page
from parindex.api.shared import downloads
from parindex.api.shared.page import page
from parindex.api.shared.requests import PageRequest
from parindex.api.shared.services import Given
from parindex.errors import Refused
from parindex.publication import editions, keys, known_keys


@get("/keys", include_in_schema=False)
async def public_keys(request: PageRequest, services: Given) -> Response[str]:
    """The public halves of the tenant's keys."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await known_keys.public(connection, services.keys, request.tenant)
        rows = await editions.listed(connection)
    return page(request, keys_page(held, rows))


@get("/keys.json", include_in_schema=False)
async def public_keys_json(request: PageRequest, services: Given) -> Response[bytes]:
    """The same for programs; ``parindex verify --key`` reads it."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await known_keys.public(connection, services.keys, request.tenant)
    document = {"tenant": request.tenant.code, "keys": [msgspec.to_builtins(key) for key in held]}
    return Response(downloads.json_bytes(document), media_type=downloads.TYPES["json"])


@get("/keys/{name:str}", include_in_schema=False)
async def public_key_pem(request: PageRequest, services: Given, name: FromPath[str]) -> Response[str]:
    """One key as PEM."""
    async with services.db.transaction(request.tenant.id) as connection:
        held = await known_keys.public(connection, services.keys, request.tenant)
    named = next((key for key in held if f"{key.key_id}.pem" == name), None)
    if named is None:
        raise Refused("not_found")
    headers = {"Content-Disposition": 'attachment; filename="public.pem"'}
    return Response(keys.pem(named), media_type="application/x-pem-file", headers=headers)


routes = [public_keys, public_keys_json, public_key_pem]
