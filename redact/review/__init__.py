"""Review state without a terminal: filters, decisions and their folding."""
