"""One reader of what comes from outside: bytes and text in, typed values and complaints out."""
