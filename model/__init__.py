"""MIMIC-Chat: the network, its training and its decoding, in plain PyTorch."""

from model.torchvision_import import make_importable

make_importable()
