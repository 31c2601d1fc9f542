import ONNXLowering
import ProgramFormats
import ProgramIR
import ProgramRuntime
import TensorModule

extension Program {
  /// What the program returns for some pictures.
  func results(for pictures: Tensor) throws -> Tensor {
    try withoutGradients { try CompiledProgram(self)([pictures], with: Parameters(of: self))[0] }
  }

  /// The scores and the gradient of the summed losses of the program's first result.
  func gradient(
    at pictures: Tensor, of losses: (Tensor) -> Tensor
  ) throws -> (scores: Tensor, gradient: Tensor) {
    let compiled = try CompiledProgram(self)
    let parameters = try Parameters(of: self)
    let result = try valueAndGradient(at: pictures) { pictures throws(EngineError) in
      let scores = try compiled([pictures], with: parameters)[0]
      return (losses(scores), [scores])
    }
    return (result.auxiliary[0], result.gradient)
  }
}

extension Tensor {
  /// The largest distance to another tensor of the same shape; infinite if the shape is another.
  func distance(to other: Tensor) -> Double {
    guard shape == other.shape else { return .infinity }
    return (self - other).magnitude().max().scalar()
  }

  /// Numbers between 0 and 1 that are the same every time.
  static func pictures(_ shape: Int...) -> Tensor {
    .uniform(shape, using: RandomKey(seed: 5).makeGenerator())
  }
}
