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
    let storage = Storage(byteCount: elements.count * MemoryLayout<Float>.size) { bytes in
      elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
    self.init(
      dataType: .float32, sizes: sizes, strides: Self.contiguousStrides(sizes), storage: storage)
  }

  /// The same for whole numbers.
  public init(int64 elements: [Int], sizes: [Int]) {
    precondition(
      elements.count == sizes.reduce(1, *),
      "\(elements.count) elements do not fill a weight of sizes \(sizes)")
    let storage = Storage(byteCount: elements.count * MemoryLayout<Int64>.size) { bytes in
      elements.map(Int64.init).withUnsafeBytes { bytes.copyMemory(from: $0) }
    }
    self.init(
      dataType: .int64, sizes: sizes, strides: Self.contiguousStrides(sizes), storage: storage)
  }

  /// All elements in row-major order, or nothing if they are not Float32.
  ///
  /// The weight must fit its storage.
  public var float32Elements: [Float]? {
    dataType == .float32 ? elements(Float.self) : nil
  }

  /// All elements in row-major order as the type that they are of.
  func elements<Element: BitwiseCopyable>(_: Element.Type) -> [Element] {
    // The sizes of an empty weight may be anything, even too large to multiply.
    guard elementCount > 0 else { return [] }
    return Array(unsafeUninitializedCapacity: elementCount) { elements, count in
      copyElements(to: UnsafeMutableRawBufferPointer(elements))
      count = elementCount
    }
  }

  /// Copies all elements in row-major order to a place that is exactly large enough.
  ///
  /// The weight must fit its storage.
  package func copyElements(to target: UnsafeMutableRawBufferPointer) {
    let width = dataType.byteCount
    guard target.count > 0 else { return }
    storage.withBytes { bytes in
      if strides == Self.contiguousStrides(sizes) {
        target.copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[(offset * width)...].prefix(target.count)))
        return
      }
      for (index, position) in elementPositions.enumerated() {
        let element = UnsafeRawBufferPointer(rebasing: bytes[(position * width)...].prefix(width))
        UnsafeMutableRawBufferPointer(rebasing: target[(index * width)...])
          .copyMemory(from: element)
      }
    }
  }

  /// The strides of a weight whose elements lie next to each other in row-major order.
  ///
  /// The sizes must be such that their product, zeros left out, does not overflow.
  package static func contiguousStrides(_ sizes: [Int]) -> [Int] {
    var strides = sizes
    var stride = 1
    for dimension in sizes.indices.reversed() {
      strides[dimension] = stride
      stride *= max(sizes[dimension], 1)
    }
    return strides
  }

  /// Where each element of a weight that is not empty is in the storage, in row-major order.
  private var elementPositions: [Int] {
    zip(sizes, strides).reduce([offset]) { positions, dimension in
      positions.flatMap { position in
        (0..<dimension.0).map { position + $0 * dimension.1 }
      }
    }
  }
}
