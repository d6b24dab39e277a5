"""The keeper: when, where kept, who is told."""
