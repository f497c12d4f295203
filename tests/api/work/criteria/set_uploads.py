"""A form with a file of a set, sent as a browser sends it."""

from __future__ import annotations

from httpx import AsyncClient, Response


async def post_with_file(client: AsyncClient, path: str, name: str, content: bytes, **fields: str) -> Response:
    """Post a form with one file, with the token of the cookie that a page has set."""
    await client.get("/sign-in")
    data = {"_csrf_token": client.cookies["csrftoken"], **fields}
    return await client.post(path, data=data, files={"file": (name, content)})
