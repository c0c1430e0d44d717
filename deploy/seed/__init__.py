"""The demo's products: what the sandbox store sells and the sandbox factory can make."""
