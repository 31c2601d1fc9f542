public import Imaging
public import TensorModule

extension Tensor {
  /// Pictures as a batch [N, C, H, W], float32, each sample over 255.
  ///
  /// - Precondition: at least one picture, all of one size and one count of channels.
  public init(_ pictures: [Picture]) {
    let first = pictures[0]
    let (width, height, channels) = (first.width, first.height, first.channels)
    precondition(
      pictures.allSatisfy { ($0.width, $0.height, $0.channels) == (width, height, channels) },
      "the pictures of a batch have one size")
    let samples = Tensor(
      pictures.flatMap(\.samples), shape: [pictures.count, height, width, channels])
    self = (samples.permuted([0, 3, 1, 2]).converted(to: .float32) / 255).contiguous()
  }
}

extension Picture {
  /// An image [C, H, W] as a picture: each number times 255, rounded and kept in 0…255.
  ///
  /// Exact for what `Tensor(_:)` made and for every point on the 8-bit grid.
  ///
  /// - Precondition: C is 1 or 3.
  public init(_ image: Tensor) {
    let shape = image.shape
    precondition(shape.count == 3, "an image is [C, H, W], not \(shape)")
    let samples = (image.permuted([1, 2, 0]) * 255).rounded().clamped(to: 0...255)
    self.init(
      width: shape[2], height: shape[1], channels: shape[0],
      samples: samples.converted(to: .uint8).bytes())
  }
}
