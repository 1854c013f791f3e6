"""What the market does by itself when it hears of a fact."""
