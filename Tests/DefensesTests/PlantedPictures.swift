import Datasets
import Imaging
import TensorModule
import ThreatModels
import Training

/// Pictures of two classes: one pixel tells the class strongly but not always, all others weakly.
///
/// The weak pixels together are nearly always right, but each moves by less than ``epsilon``. A model
/// that goes by them falls to every attack; one that goes by the strong pixel is right on 85 pictures
/// of a hundred, and stays so.
///
/// After Tsipras, Santurkar, Engstrom, Turner and Madry 2019, “Robustness may be at odds with accuracy”.
enum PlantedPictures {
  static let side = 6
  /// What an attack may change a pixel by.
  static let epsilon = 0.06
  /// How far the weak pixels are from grey, half of them to either side.
  private static let weak = 0.04
  /// How far the strong pixel is from grey.
  private static let strong = 0.16

  static func set(_ count: Int, seed: UInt64 = 0) throws -> PictureSet {
    let shape = ImageShape(channels: 1, height: side, width: side)
    return try PictureSet(count: count, shape: shape, classCount: 2) { number in
      var numbers = RandomKey(seed: seed).part(number).makeNumbers()
      let label = number % 2
      let sign = label == 1 ? 1.0 : -1
      let pixels = (0..<side * side).map { pixel in
        guard pixel == 0 else {
          return 0.5 + (pixel % 2 == 0 ? sign : -sign) * weak
            + Double.random(in: -0.05...0.05, using: &numbers)
        }
        return 0.5 + (Double.random(in: 0...1, using: &numbers) < 0.85 ? sign : -sign) * strong
      }
      return LabelledPicture(
        picture: Picture(Tensor(pixels.map(Float.init), shape: [1, side, side])), label: label,
        name: "\(number)")
    }
  }
}
