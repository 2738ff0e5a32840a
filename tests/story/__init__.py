"""The whole way through the product, as its three kinds of people go it."""
