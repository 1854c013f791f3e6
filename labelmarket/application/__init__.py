"""Use cases: commands in, facts out, views and reactions behind them."""
