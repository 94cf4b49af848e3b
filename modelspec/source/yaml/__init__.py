"""YAML 1.2 from events of libyaml, which reads YAML 1.1: what the two read otherwise is refused. Must not know specs."""
