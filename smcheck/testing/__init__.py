"""The doors for tests. Users come in through ``smcheck`` itself, which fetches them when named.

Empty on purpose: the pytest plugin passes here in every run, also where nobody needs Hypothesis.
"""
