"""Statements about external catalogs: dispatch.py knows which are; the other modules carry them out or refuse them."""
