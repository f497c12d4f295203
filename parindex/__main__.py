"""``python -m parindex``."""

from parindex.cli import main

raise SystemExit(main())
