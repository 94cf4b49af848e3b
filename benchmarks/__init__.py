"""The measured promises, each beside what a user would otherwise run. `make bench` prints them."""
