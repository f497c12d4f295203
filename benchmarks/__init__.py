"""Runnable measurements. Each prints a ratio against a named peer or limit run beside it, and a reference loop."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
