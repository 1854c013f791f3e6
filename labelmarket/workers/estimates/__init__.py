"""What a provider can be expected to do: accuracy, turnaround and price, with their doubt."""

from labelmarket.workers.estimates.providers import estimate_providers

__all__ = ["estimate_providers"]
