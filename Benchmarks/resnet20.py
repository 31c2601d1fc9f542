"""ResNet-20 for CIFAR-10 (He et al. 2016) as an eager PyTorch module."""

import torch
from torch import nn
from torch.nn.functional import pad, relu


class Block(nn.Module):
    """Two 3×3 convolutions; where the shape changes, the shortcut subsamples and pads with zeros."""

    def __init__(self, before, after):
        super().__init__()
        stride = after // before
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(after)
        self.stride = stride
        self.extra = (after - before) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        if self.extra:
            x = x[:, :, :: self.stride, :: self.stride]
            x = pad(x, (0, 0, 0, 0, self.extra, self.extra))
        return relu(y + x)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16), Block(16, 16), Block(16, 16))
        self.layer2 = nn.Sequential(Block(16, 32), Block(32, 32), Block(32, 32))
        self.layer3 = nn.Sequential(Block(32, 64), Block(64, 64), Block(64, 64))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


class ResNet20(nn.Module):
    """The network behind its normalisation, with the names of the exported program's weights."""

    def __init__(self, weights):
        super().__init__()
        self.net = Network()
        self.register_buffer("mean", torch.empty_like(weights["mean"]))
        self.register_buffer("std", torch.empty_like(weights["std"]))
        self.load_state_dict(weights)

    def forward(self, x):
        return self.net((x - self.mean) / self.std)
