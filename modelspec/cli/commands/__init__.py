"""The commands, one file for each: options, one call into the library, printing, an exit code."""
