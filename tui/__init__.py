"""The review client: screens and widgets over the public functions of redact."""
