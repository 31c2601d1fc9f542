import TensorModule

extension Lowering {
  /// The nearest number of four bits (two for the exponent, one for the fraction), as Float32; halves
  /// go to the even one, and what is too large becomes ±6.
  mutating func nearestFloat4(_ value: LoweredValue) throws(LoweringError) -> LoweredValue {
    let real = try converted(value, to: .float32)
    let magnitude = try call("aten::abs", .tensor(real))
    let halves: [Float] = [0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5]
    // A half belongs to the number below or above it, whichever is even.
    let limits = halves.enumerated().map { $0.isMultiple(of: 2) ? $1 : $1.nextDown }
    let numbers = constant(Tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6] as [Float], shape: [8]))
    let index = try call(
      "aten::bucketize.Tensor", .tensor(magnitude), .tensor(constant(Tensor(limits, shape: [7]))))
    let nearest = try call("aten::index.Tensor", .tensor(numbers), .optionalTensors([index]))
    return try call("aten::copysign.Tensor", .tensor(nearest), .tensor(real))
  }
}
