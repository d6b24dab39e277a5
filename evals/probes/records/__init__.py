"""Invented records: names, codes and passages that no model can have read before."""
