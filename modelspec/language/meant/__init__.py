"""What a user meant by what is not in the language: older names, other libraries' names, arguments in another place."""
