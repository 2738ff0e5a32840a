"""The network's tests; `model` comes first, so that transformers finds torchvision."""

import model as model
