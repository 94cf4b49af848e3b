"""Parquet and Arrow files -> raw columns, read by Polars. What a column is comes from the schema of the file."""
