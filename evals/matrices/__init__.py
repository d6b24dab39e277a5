"""Bring your own scores: outcome matrices in, judgements out, without a store."""
