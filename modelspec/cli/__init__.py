"""The command line: one command per file: options, one call into the library, printing, an exit code."""
