"""JSON Lines files -> raw columns: one object a line, its keys are columns."""
