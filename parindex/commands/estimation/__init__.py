"""What ``estimate`` and ``rank`` share: reading tables and design files, faults in words, numbers as text."""
