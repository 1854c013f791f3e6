"""What can be read: pure folds over the facts."""
