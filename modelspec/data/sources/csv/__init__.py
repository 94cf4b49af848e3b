"""CSV files -> raw columns, every cell with its place."""
