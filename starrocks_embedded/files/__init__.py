"""FILES(): files of this machine as relations, and as the target of INSERT."""
