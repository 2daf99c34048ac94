"""Finding customers, addresses and cases from one box."""
