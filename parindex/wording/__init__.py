"""Sentences for rules, reasons, defects and differences."""
