import Datasets
import Imaging
public import TensorModule

/// Pictures as they come back from a JPEG file.
///
/// Pixels are rounded to 8 bits first, as a file holds them. There are no gradients. Dziugaite,
/// Ghahramani and Roy 2016, “A study of the effect of JPG compression on adversarial images”.
public struct JPEGCompression: InputTransformation {
  /// `jpeg`.
  public static let name = "jpeg"
  /// What comes back is close to what went in.
  public static let backwardPass = BackwardPass.straightThrough
  /// Always the same.
  public static let isRandom = false

  /// libjpeg's scale.
  static let qualities = 1...100

  /// How much is kept, 1…100.
  public let quality: Int

  /// A compression.
  ///
  /// - Precondition: 1 ≤ quality ≤ 100.
  public init(quality: Int = 75) {
    precondition(Self.qualities.contains(quality), "a quality of \(quality)")
    self.quality = quality
  }

  /// As people write it.
  public var description: String { "\(Self.name):quality=\(quality)" }

  /// Pictures that went through a file.
  ///
  /// - Throws: `EngineError` for pictures that are neither grey nor RGB, and when memory runs out.
  public func transformed(_ images: Tensor, key: RandomKey) throws(EngineError) -> Tensor {
    guard [1, 3].contains(images.shape[1]) else {
      throw EngineError(
        .refused, during: "JPEG compression", message: "\(images) is neither grey nor RGB")
    }
    do {
      return Tensor(
        try (0..<images.count).map { row throws(ImagingError) in
          try Picture(decoding: Picture(images[row]).jpegData(quality: quality))
        })
    } catch {
      throw EngineError(.refused, during: "JPEG compression", message: "\(error)")
    }
  }
}
