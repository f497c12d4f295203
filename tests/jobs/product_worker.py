"""A worker process with the jobs of the product, which loses its hold after a second."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from parindex import jobs
from parindex.app import compose
from parindex.jobs.worker import Pace
from parindex.settings import Settings


async def work(url: str, pace: Pace, folder: str) -> None:
    """Do jobs until told to stop."""
    services = await compose(Settings(data=Path(folder)), url, pool=6)
    running = jobs.Worker(services.db, services.jobs, pace=pace)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.stop)
    await running.run()
    await services.close()


if __name__ == "__main__":
    lease, beat, grace = (float(word) for word in sys.argv[2:5])
    asyncio.run(work(sys.argv[1], Pace(lease=lease, beat=beat, poll=0.05, grace=grace), sys.argv[5]))
