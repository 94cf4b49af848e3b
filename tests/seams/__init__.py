"""The names of the package by which tests reach into it from within texts, where no tool sees them."""
