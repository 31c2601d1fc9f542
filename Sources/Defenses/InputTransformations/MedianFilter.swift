public import TensorModule

/// Each pixel replaced by the median of the square around it, channel by channel.
///
/// Beyond an edge the picture is mirrored, edge included. A square of even size lies one further to
/// the top and to the left, and the upper of its two medians counts, as in SciPy's `median_filter`.
/// Each output is one of the inputs, so gradients are exact. Xu, Evans and Qi 2018, “Feature squeezing:
/// detecting adversarial examples in deep neural networks”.
public struct MedianFilter: InputTransformation {
  /// `median`.
  public static let name = "median"
  /// A choice among pixels.
  public static let backwardPass = BackwardPass.exact
  /// Always the same.
  public static let isRandom = false

  /// The sensible sizes.
  static let sizes = 2...9

  /// The side of the square in pixels, 2…9.
  public let size: Int

  /// A filter.
  ///
  /// - Precondition: 2 ≤ size ≤ 9.
  public init(size: Int = 3) {
    precondition(Self.sizes.contains(size), "a square of \(size)")
    self.size = size
  }

  /// As people write it.
  public var description: String { "\(Self.name):size=\(size)" }

  /// Filtered pictures.
  public func transformed(_ images: Tensor, key: RandomKey) -> Tensor {
    let rows = shifted(images, along: 2)
    let neighbours = Tensor.stacked(rows.flatMap { shifted($0, along: 3) })
    return neighbours.sorted(along: 0).values[size * size / 2]
  }

  /// The pictures moved along a dimension by each offset of the square.
  private func shifted(_ images: Tensor, along dimension: Int) -> [Tensor] {
    let length = images.shape[dimension]
    return (0..<size).map { offset in
      let sources = (0..<length).map { Self.mirrored($0 + offset - size / 2, length: length) }
      return images.selected(sources, along: dimension)
    }
  }

  /// The place inside a row that stands for one beyond its ends.
  private static func mirrored(_ index: Int, length: Int) -> Int {
    let period = 2 * length
    let place = (index % period + period) % period
    return place < length ? place : period - 1 - place
  }
}
