"""What can be asked of the market, in the imperative."""
