"""Every small edit that a user may make to a spec, and what is told of it."""
