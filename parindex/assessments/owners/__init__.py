"""Owner bodies: agencies below another that declare leaves of its sheet."""
