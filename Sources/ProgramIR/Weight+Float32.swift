extension Weight {
  /// A contiguous weight of its own storage.
  ///
  /// - Parameters:
  ///   - elements: the elements in row-major order, as many as `sizes` multiply to.
  ///   - sizes: the sizes, outermost first.
  public init(float32 elements: [Float], sizes: [Int]) {
    precondition(
      elements.count == sizes.reduce(1, *),
      "\(elements.count) elements do not fill a weight of sizes \(sizes)")
    var strides = sizes
    var stride = 1
    for dimension in sizes.indices.reversed() {
      strides[dimension] = stride
      stride *= max(sizes[dimension], 1)
    }
    let storage = Storage(byteCount: elements.count * MemoryLayout<Float>.size) { bytes in
      bytes.copyBytes(from: elements.withUnsafeBytes(Array.init))
    }
    self.init(dataType: .float32, sizes: sizes, strides: strides, storage: storage)
  }

  /// All elements in row-major order, or nothing if they are not Float32.
  ///
  /// The weight must fit its storage.
  public var float32Elements: [Float]? {
    guard dataType == .float32 else { return nil }
    let width = MemoryLayout<Float>.size
    return storage.withBytes { bytes in
      elementPositions.map { bytes.load(fromByteOffset: $0 * width, as: Float.self) }
    }
  }

  /// Where each element is in the storage, in row-major order.
  private var elementPositions: [Int] {
    // Without this an empty weight could still ask for a long list on the way to no elements.
    guard elementCount > 0 else { return [] }
    return zip(sizes, strides).reduce([offset]) { positions, dimension in
      positions.flatMap { position in
        (0..<dimension.0).map { position + $0 * dimension.1 }
      }
    }
  }
}
