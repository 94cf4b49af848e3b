"""What several commands are given: paths, limits, plugins."""
