"""Everything that fills system tables: importing this module registers all of it."""
