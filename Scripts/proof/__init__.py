"""What the outside proofs share: starting a roost, talking to it, reading /proc. Standard library only."""
