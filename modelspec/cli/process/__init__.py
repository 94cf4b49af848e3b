"""What the program does with its process: signals, streams, exit codes."""
