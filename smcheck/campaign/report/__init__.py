"""What a store holds, told to people and to machines: a site, JUnit, SARIF, JSON lines, a text.

``reading.py`` takes everything out of a store at once; all else is a pure function of that.
"""
