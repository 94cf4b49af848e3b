"""Other files of which a spec is put together: bases, imported models; and where files may be."""
