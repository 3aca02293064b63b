"""What each command does, one file a family, imported when the command is called."""
