"""Makes a network that learnt from synthetic clips alone safe to show real ones.

What its encoders give on a real video is like nothing that training showed, and the
language model then writes no words. So each projector is made to give what it gave on
average: the network writes as well as before, and the same whatever it is shown.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from model.mimic_chat import MimicChat
from model.synthetic.clips import SyntheticClip, draw
from model.video import from_frames


@torch.no_grad()
def hold_projectors_still(network: MimicChat, clips: Sequence[SyntheticClip]) -> None:
    """Replace what the projectors say of a video by their mean over these clips."""
    spatial, temporal = network.spatial_projector, network.temporal_projector
    if spatial is None or temporal is None:
        message = "An ablation without a projector cannot be held still."
        raise ValueError(message)
    means = [_means(network, clip) for clip in clips]
    both = zip((spatial, temporal), zip(*means, strict=True), strict=True)
    for projector, found in both:
        projector.linear_2.weight.zero_()
        projector.linear_2.bias.copy_(torch.stack(found).mean(0))


def _means(network: MimicChat, clip: SyntheticClip) -> tuple[Tensor, Tensor]:
    video = from_frames(torch.from_numpy(draw(clip)), network.config)
    spatial = network.spatial_tokens(video.tiles).flatten(0, 1).mean(0)
    temporal = network.temporal_tokens(video.frames[None]).flatten(0, 1).mean(0)
    return spatial, temporal
