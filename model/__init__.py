"""MIMIC-Chat in plain PyTorch: the network, its training and its decoding.

`nano` is the small one whose weights are part of this project, `synthetic` draws the
clips it is trained on, and `native` trains video models that transformers knows.
"""

from model.torchvision_import import make_importable

make_importable()
