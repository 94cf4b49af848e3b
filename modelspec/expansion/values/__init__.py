"""Values of a spec that are computed: variables, names in texts, and expressions. Must not know steps."""
