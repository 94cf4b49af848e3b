"""Queries of SQLite databases -> raw columns. Nothing is written, and only the tables of the database are read."""
