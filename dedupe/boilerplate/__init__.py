"""Boilerplate: what stands in a page and is no part of its article."""
