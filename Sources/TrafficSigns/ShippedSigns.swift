public import Foundation

/// The test pictures and the models that come with the package.
///
/// The pictures are what ``SignDataset/write(to:perClass:seed:)`` writes for ``perClass`` and
/// ``seed``. The models were trained on pictures of another seed by `Scripts/signs.sh`: they take
/// NCHW pictures in [0, 1], of ``SignPainter/side`` × ``SignPainter/side`` pixels, and return one
/// logit for each case of ``SignClass``, in their order.
public enum ShippedSigns {
  /// The seed of the test pictures.
  public static let seed: UInt64 = 2014

  /// How many test pictures each class has.
  public static let perClass = 16

  /// The folder of class folders of test pictures.
  public static var directory: URL { resource("signs") }

  /// The model that learned from the pictures as they are, an exported program.
  public static var model: URL { resource("signs.pt2") }

  /// The same model after adversarial training within 8/255 in L∞.
  public static var hardenedModel: URL { resource("signs-hardened.pt2") }

  private static func resource(_ name: String) -> URL {
    Bundle.module.bundleURL.appending(path: name)
  }
}
