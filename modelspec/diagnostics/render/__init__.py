"""Diagnostics in the forms that people, editors and CI read. Each form is one function of the diagnostics."""

MOST = 10_000
"""How many diagnostics a form for programs holds; the counts beside them are of all."""
