"""Loads that arrive over HTTP: from the headers and the body of a request to the rows of a table."""
