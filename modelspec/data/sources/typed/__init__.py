"""Columns that have a type of their own, as those of Parquet, Arrow and JSON Lines: numbers, texts or lists of these."""
