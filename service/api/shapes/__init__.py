"""What travels, by noun: shared by the API and its client."""
