"""What answers without typer is held to what typer answers."""
