"""The hands: real threads of which exactly one runs, and primitives that block by the model.

Begin at ``executor.py`` (what the engine opens), then ``session.py`` (what the host calls),
``phases.py`` and ``baton.py`` (how one task at a time runs), ``tasks.py`` (what a modelled
primitive calls). ``inserted.py`` and ``monitoring.py`` deliver the points that ``visible.py``
picks; ``locks.py``, ``conditions.py``, ``threads.py`` and ``clock.py`` are the models that
``patches.py`` puts in place.
"""
