"""Video models that transformers knows: their inputs, networks and adapters."""
