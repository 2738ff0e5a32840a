"""The thinking tasks: accuracies of who answered the items of a build. No Django."""
