"""The template of the bulletin (通报) and the script that makes it."""
