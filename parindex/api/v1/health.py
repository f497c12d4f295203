"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from litestar import Response, get

from parindex.api.shared.services import Given
from parindex.store.database import MOST_SECONDS_APART


@get("/healthz", exclude_from_csrf=True, include_in_schema=False, sync_to_thread=False)
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/readyz", exclude_from_csrf=True, include_in_schema=False)
async def ready(services: Given) -> Response[dict[str, str]]:
    """The database answers too, and its clock is ours. Pages are served while sealing waits, for a full disk say, so that is told beside."""
    if not await services.db.ready():
        return Response({"status": "database_unavailable"}, status_code=503)
    if abs(await services.db.seconds_ahead()) > MOST_SECONDS_APART:
        return Response({"status": "clocks_differ"}, status_code=503)
    return Response({"status": "ok", "sealing": "waits"} if services.sealing.waits else {"status": "ok"})


routes = [alive, ready]
