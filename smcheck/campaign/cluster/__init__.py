"""Campaigns on a cluster: the stints are tasks of Dask distributed, the store stays here."""
