"""The statement families. Importing this package registers all of them."""
