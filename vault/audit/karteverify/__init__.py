"""An independent verifier of Karte's vaults: it shares no code with the program that writes them."""
