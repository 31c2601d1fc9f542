public import Foundation

/// The test pictures and the model that come with the package.
///
/// The pictures are what ``SignDataset/write(to:perClass:seed:)`` writes for ``perClass`` and
/// ``seed``. The model was trained on pictures of another seed by `Tools/train-signs.py`: it takes
/// NCHW pictures in [0, 1], of ``SignPainter/side`` × ``SignPainter/side`` pixels, and returns one
/// logit for each case of ``SignClass``, in their order.
public enum ShippedSigns {
  /// The seed of the test pictures.
  public static let seed: UInt64 = 2014

  /// How many test pictures each class has.
  public static let perClass = 16

  /// The folder of class folders of test pictures.
  public static var directory: URL { resource("signs") }

  /// The model, an exported PyTorch program.
  public static var model: URL { resource("signs.pt2") }

  private static func resource(_ name: String) -> URL {
    Bundle.module.bundleURL.appending(path: name)
  }
}
