"""Guess the first test of a machine from its source: what ``smcheck init`` writes.

``child`` imports the class, ``walk`` and its neighbours read its methods with ``ast`` and note
what they do with a command, ``shapes`` makes forms of these notes, ``strategies`` code, ``page``
the file. No method of the machine is ever run.
"""
