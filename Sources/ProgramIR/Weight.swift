/// A named tensor that a program carries: a parameter, a buffer or a constant.
///
/// Several weights may look into the same ``Storage`` (tied weights, views); they stay tied.
public struct Weight: Sendable {
  /// The type of the elements.
  public var dataType: DataType
  /// The sizes, outermost first; empty for a scalar.
  public var sizes: [Int]
  /// The distance, in elements, between neighbours along each dimension.
  public var strides: [Int]
  /// The index, in elements, of the first element in the storage.
  public var offset: Int
  /// The bytes.
  public var storage: Storage

  /// A weight that looks into a storage.
  ///
  /// Readers check ``fitsStorage`` before they hand a weight on.
  public init(
    dataType: DataType, sizes: [Int], strides: [Int], offset: Int = 0, storage: Storage
  ) {
    self.dataType = dataType
    self.sizes = sizes
    self.strides = strides
    self.offset = offset
    self.storage = storage
  }

  /// The number of elements.
  public var elementCount: Int { sizes.reduce(1, *) }

  /// Whether every element lies inside the storage, computed without overflow.
  public var fitsStorage: Bool {
    guard sizes.count == strides.count, offset >= 0 else { return false }
    guard sizes.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else { return false }
    var last = offset
    var count = 1
    for (size, stride) in zip(sizes, strides) {
      let (product, productOverflows) = count.multipliedReportingOverflow(by: size)
      let (reach, reachOverflows) = max(size - 1, 0).multipliedReportingOverflow(by: stride)
      let (sum, sumOverflows) = last.addingReportingOverflow(reach)
      if productOverflows || reachOverflows || sumOverflows { return false }
      count = product
      last = sum
    }
    if count == 0 { return true }
    return last < storage.byteCount / dataType.byteCount
  }
}
