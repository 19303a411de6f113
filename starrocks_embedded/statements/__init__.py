"""The statement families, one module each; `families` registers all of them."""
