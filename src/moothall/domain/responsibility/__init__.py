"""What an agreement's shares mean: who answers, who resolves, at each instant, and where nobody does."""
