internal import CTorch

extension Tensor {
  /// Real numbers (float32) with a shape.
  ///
  /// - Precondition: the shape has as many elements as the list.
  public init(_ values: [Float], shape: [Int]) {
    self.init(copying: values, as: .float32, shape: shape)
  }

  /// Real numbers in double precision with a shape.
  public init(_ values: [Double], shape: [Int]) {
    self.init(copying: values, as: .float64, shape: shape)
  }

  /// A list of integers (int64), such as labels.
  public init(_ values: [Int]) {
    self.init(copying: values.map(Int64.init), as: .int64, shape: [values.count])
  }

  /// A list of truth values.
  public init(_ values: [Bool]) {
    self.init(copying: values, as: .bool, shape: [values.count])
  }

  /// Bytes (uint8) with a shape, such as the samples of pictures.
  public init(_ values: [UInt8], shape: [Int]) {
    self.init(copying: values, as: .uint8, shape: shape)
  }

  private init<Element: BitwiseCopyable>(
    copying values: [Element], as type: ElementType, shape: [Int]
  ) {
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values for the shape \(shape)")
    let sizes = shape.map(Int64.init)
    self = trapping { () throws(EngineError) in
      try Tensor.made(during: "making a tensor") { handle in
        values.withUnsafeBytes { bytes in
          withUnsafePointer(to: UInt8(0)) { empty in
            ct_tensor_copy(
              bytes.baseAddress ?? UnsafeRawPointer(empty), type.rawValue, sizes, sizes.count,
              &handle)
          }
        }
      }
    }
  }

  /// A tensor that looks into memory which stays alive as long as the owner does.
  ///
  /// - Parameters:
  ///   - bytes: little-endian elements; must stay valid and unchanged while `owner` lives.
  ///   - owner: retained until the engine lets go of the memory.
  ///   - type: the type of the elements.
  ///   - shape: the sizes, outermost first.
  ///   - strides: the step of each dimension, in elements.
  ///   - offset: the index of the first element, in elements.
  /// - Throws: ``EngineError`` when sizes, strides and bytes do not agree.
  public init(
    borrowing bytes: UnsafeRawBufferPointer, ownedBy owner: AnyObject, as type: ElementType,
    shape: [Int], strides: [Int], offset: Int
  ) throws(EngineError) {
    // Balanced by the release below, which the engine calls exactly once.
    let context = Unmanaged.passRetained(owner).toOpaque()
    let sizes = shape.map(Int64.init)
    let steps = strides.map(Int64.init)
    self = try Tensor.made(during: "borrowing memory") { handle throws(EngineError) in
      withUnsafePointer(to: UInt8(0)) { empty in
        ct_tensor_borrow(
          bytes.baseAddress ?? UnsafeRawPointer(empty), bytes.count, type.rawValue, sizes, steps,
          sizes.count, Int64(offset), context,
          { context in
            if let context { Unmanaged<AnyObject>.fromOpaque(context).release() }
          }, &handle)
      }
    }
  }

  /// The elements as Float, row by row; converts where needed.
  public func floats() -> [Float] { read(as: .float32, zero: 0) }

  /// The elements as Double, row by row; converts where needed.
  public func doubles() -> [Double] { read(as: .float64, zero: 0) }

  /// The elements as Int, row by row; converts where needed.
  public func integers() -> [Int] { read(as: .int64, zero: Int64(0)).map(Int.init) }

  /// The elements as truth values; anything but zero is true.
  public func truths() -> [Bool] { read(as: .bool, zero: false) }

  /// The elements as bytes, row by row; the caller has rounded and clamped them.
  public func bytes() -> [UInt8] { read(as: .uint8, zero: 0) }

  /// The only element, as a number.
  ///
  /// - Precondition: there is exactly one.
  public func scalar() -> Double {
    let values = doubles()
    precondition(values.count == 1, "a scalar is wanted, not \(shape)")
    return values[0]
  }

  /// Writes the elements row by row, in their own type.
  ///
  /// - Parameter bytes: as many as the elements have.
  public func copyElements(to bytes: UnsafeMutableRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    trapping { () throws(EngineError) in
      try check(
        withHandle { ct_tensor_read($0, base, bytes.count) }, during: "reading a tensor")
    }
  }

  private func read<Element: BitwiseCopyable>(as type: ElementType, zero: Element) -> [Element] {
    var values = [Element](repeating: zero, count: elementCount)
    let converted = elementType == type ? self : self.converted(to: type)
    values.withUnsafeMutableBytes { converted.copyElements(to: $0) }
    return values
  }
}
