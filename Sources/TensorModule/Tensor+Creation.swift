extension Tensor {
  /// Zeros (float32 unless said otherwise) on the processor.
  public static func zeros(_ shape: [Int], type: ElementType = .float32) -> Tensor {
    ATen.zeros.tensor(.integers(shape), .elementType(type))
  }

  /// Ones (float32 unless said otherwise) on the processor.
  public static func ones(_ shape: [Int], type: ElementType = .float32) -> Tensor {
    ATen.ones.tensor(.integers(shape), .elementType(type))
  }

  /// One number everywhere (float32 unless said otherwise).
  public static func full(
    _ shape: [Int], _ value: Double, type: ElementType = .float32
  ) -> Tensor {
    ATen.full.tensor(.integers(shape), .real(value), .elementType(type))
  }

  /// The integers of a range, as int64.
  public static func range(_ range: Range<Int>) -> Tensor {
    ATen.arange.tensor(
      .integer(range.lowerBound), .integer(range.upperBound), .elementType(.int64))
  }

  /// The identity matrix of a size, as float32.
  public static func identity(_ size: Int) -> Tensor { ATen.eye.tensor(.integer(size)) }

  /// Independent numbers from the uniform distribution, as float32 on the processor.
  public static func uniform(
    _ shape: [Int], in range: ClosedRange<Double> = 0...1, using generator: Generator
  ) -> Tensor {
    ATen.uniform.tensor(
      .tensor(zeros(shape)), .real(range.lowerBound), .real(range.upperBound),
      .generator(generator))
  }

  /// Independent numbers from the normal distribution, as float32 on the processor.
  public static func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, using generator: Generator
  ) -> Tensor {
    ATen.normal.tensor(
      .tensor(zeros(shape)), .real(mean), .real(standardDeviation), .generator(generator))
  }

  /// Tensors of one shape as the rows of a new first dimension.
  ///
  /// - Precondition: there is at least one.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    ATen.stack.tensor(.tensors(tensors), .integer(0))
  }

  /// Tensors one after the other along a dimension.
  ///
  /// - Precondition: there is at least one.
  public static func concatenated(_ tensors: [Tensor], along dimension: Int = 0) -> Tensor {
    ATen.cat.tensor(.tensors(tensors), .integer(dimension))
  }
}

extension Tensor {
  /// A tensor like this one in shape, type and device with one number everywhere.
  public func filled(with value: Double) -> Tensor {
    ATen.fullLike.tensor(.tensor(self), .real(value))
  }
}
