"""Why the bundled servers may refuse to start."""

OWN_SERVERS_HINT = "set DATABASE_URL and REDIS_URL to use servers of your own"


class DataFolderBusy(Exception):
    """Another process of ours lives on the same data folder."""


class ServerUnavailable(Exception):
    """A bundled server cannot run here; the sentence says why and what to do."""
