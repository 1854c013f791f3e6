"""Shares as whole numbers, since sums of these are the same in any order."""

UNIT = 1 << 40
"""What stands for a share of one: shares are rounded once, to multiples of 2**-40."""
