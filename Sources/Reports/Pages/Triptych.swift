import Foundation
import Imaging
import ThreatModels

/// Original, perturbation and adversarial picture as addresses that hold the pictures themselves.
struct Triptych {
  let original, change, adversarial, factor, sharpness: String
  let width, height: Int

  /// Pictures up to this size are enlarged with sharp pixels.
  private static let sharpUpTo = 128
  /// Larger pictures are made smaller, so that the page stays small.
  private static let largestSide = 256

  /// Nothing if the pictures are not of one shape.
  init?(original: Picture, adversarial: Picture, threat: ThreatModel) {
    guard
      original.width == adversarial.width && original.height == adversarial.height
        && original.channels == adversarial.channels
    else { return nil }
    let perturbation = PerturbationPicture(
      original: original, adversarial: adversarial,
      budget: threat.budget.norm == .linf ? threat.pixelSteps : nil)
    let addresses = [original, perturbation.picture, adversarial].compactMap { picture in
      picture.fitted(into: Self.largestSide).dataAddress
    }
    guard addresses.count == 3 else { return nil }
    (self.original, change, self.adversarial) = (addresses[0], addresses[1], addresses[2])
    factor = String(perturbation.factor)
    (width, height) = (original.width, original.height)
    sharpness = max(width, height) <= Self.sharpUpTo ? "sharp" : "smooth"
  }

  /// The template of a property `triptych` of this type beside a `name`.
  static let template = """
    {{#triptych}}
    <div class="triptych {{sharpness}}">
    <figure><img src="{{original}}" width="{{width}}" height="{{height}}" alt="Original of \
    {{name}}"/><figcaption>original</figcaption></figure>
    <figure><img src="{{change}}" width="{{width}}" height="{{height}}" alt="Perturbation of \
    {{name}}, amplified {{factor}} times"/><figcaption>perturbation ×{{factor}}</figcaption></figure>
    <figure><img src="{{adversarial}}" width="{{width}}" height="{{height}}" alt="Adversarial \
    picture of {{name}}"/><figcaption>adversarial</figcaption></figure>
    </div>
    {{/triptych}}
    {{^triptych}}
    <p class="faint">The pictures were not kept.</p>
    {{/triptych}}
    """
}

extension Picture {
  /// The picture, made smaller if a side is longer than a limit.
  fileprivate func fitted(into side: Int) -> Picture {
    let longest = max(width, height)
    guard longest > side else { return self }
    return resized(
      width: max(1, width * side / longest), height: max(1, height * side / longest))
  }

  /// The picture as an address that holds a PNG file.
  fileprivate var dataAddress: String? {
    guard let png = try? pngData() else { return nil }
    return "data:image/png;base64," + Data(png).base64EncodedString()
  }
}
