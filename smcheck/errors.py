"""What smcheck raises about itself and about the call; findings are data, not exceptions."""

from __future__ import annotations


class SmcheckError(Exception):
    """Root of every error that smcheck raises."""


class UsageError(SmcheckError):
    """The call, the target or an input file is wrong: one line, exit status 2."""


class CampaignError(UsageError):
    """A campaign cannot go on: one line, exit status 2.

    What was kept before is in the store and stays there.
    """


class StoreError(CampaignError):
    """The disk refuses what a store of campaigns must keep."""


class ClusterError(CampaignError):
    """The cluster that a campaign runs on is gone, or is not what it must be."""


class ReplayError(SmcheckError):
    """A stored case cannot be run again; the message says why."""


class InternalError(SmcheckError):
    """smcheck itself is at fault: never a finding, exit status 3."""
