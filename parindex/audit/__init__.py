"""The append-only record of every change, and the sealer that chains it.

A change writes its row in its own transaction (:func:`record`); a sealer chains the committed rows in blocks,
at the latest a second later. No writer waits for the chain.
"""

from parindex.audit import acting
from parindex.audit.model import AuditRow, Block, Report
from parindex.audit.record import Change, keyed, record, record_all, use_secret

__all__ = ["AuditRow", "Block", "Change", "Report", "acting", "keyed", "record", "record_all", "use_secret"]
