"""Files as they are opened and written everywhere: the only place where a path becomes a file. Must not know what is in them."""
