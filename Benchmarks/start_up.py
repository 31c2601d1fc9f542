"""The least Python that attacks one picture with a .pt2 file: FGSM against the model's own answer.

    start_up.py MODEL.pt2 PICTURE.png ADVERSARIAL.png
"""

import sys

import numpy
import torch
from PIL import Image

EPSILON = 8

model_path, picture_path, adversarial_path = sys.argv[1:]
model = torch.export.load(model_path).module()
picture = numpy.array(Image.open(picture_path).convert("RGB"))
x = torch.from_numpy(picture).permute(2, 0, 1)[None].float().div(255).requires_grad_()
logits = model(x)
torch.nn.functional.cross_entropy(logits, logits.argmax(1)).backward()
adversarial = (x.detach() * 255).round().add(EPSILON * x.grad.sign()).clamp(0, 255)
Image.fromarray(adversarial[0].permute(1, 2, 0).byte().numpy()).save(adversarial_path)
