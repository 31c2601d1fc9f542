import Foundation
import TensorModule

/// Where a patch lies in each picture of a batch, how far it is turned and how large it is.
struct PatchPlacement {
  /// For each pixel of each picture the place in the patch that lies on it: [N, H, W, 2], from −1 to 1
  /// inside the patch.
  private let places: Tensor
  /// Where the patch covers a picture: truth values [N, 1, H, W].
  let mask: Tensor

  /// A random placement for each key, all of the patch inside the picture.
  ///
  /// - Parameters:
  ///   - patch: the shape, the sizes and the angles.
  ///   - height: rows of a picture.
  ///   - width: columns of a picture.
  ///   - keys: one for each picture.
  init(of patch: AdversarialPatch, height: Int, width: Int, keys: [RandomKey]) {
    let maps = keys.flatMap { key in
      var numbers = key.part(AdversarialPatch.name).makeNumbers()
      return Self.map(of: patch, height: height, width: width, using: &numbers)
    }
    places = .affineGrid(Tensor(maps, shape: [keys.count, 2, 3]), height: height, width: width)
    let extent =
      switch patch.outline {
      case .square: places.magnitude().max(along: [3])
      case .circle: places.norm(order: 2, along: [3])
      }
    mask = (extent .<= 1).unsqueezed(at: 1)
  }

  /// The two rows of the map from the picture's coordinates, −1 to 1, to those of the patch.
  private static func map(
    of patch: AdversarialPatch, height: Int, width: Int, using numbers: inout RandomNumbers
  ) -> [Float] {
    let angle = Double.random(in: -patch.rotation...patch.rotation, using: &numbers) * .pi / 180
    let scale = Double.random(in: patch.scales, using: &numbers)
    let half = patch.side(height: height, width: width) * scale / 2
    let (c, s) = (cos(angle), sin(angle))
    let reach = patch.outline == .square ? half * (abs(c) + abs(s)) : half
    // In pixels from the middle of the picture; a patch that does not fit stays in the middle.
    let roomAcross = max(0, Double(width) / 2 - reach)
    let roomDown = max(0, Double(height) / 2 - reach)
    let x = Double.random(in: -roomAcross...roomAcross, using: &numbers)
    let y = Double.random(in: -roomDown...roomDown, using: &numbers)
    let (a, b) = (Double(width) / 2 / half, Double(height) / 2 / half)
    let rows = [
      c * a, s * b, -(c * x + s * y) / half, -s * a, c * b, (s * x - c * y) / half,
    ]
    return rows.map(Float.init)
  }

  /// Pictures with the patch laid over them; what it does not cover is untouched.
  ///
  /// - Parameters:
  ///   - texture: [1, C, s, s].
  ///   - images: [N, C, H, W].
  func covering(_ images: Tensor, with texture: Tensor) -> Tensor {
    let spread = texture.expanded(to: [images.count] + texture.shape.dropFirst())
    return spread.sampled(at: places).selected(where: mask, otherwise: images)
  }
}
