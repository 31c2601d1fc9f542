import ProgramIR
import ProgramRuntime

extension Program {
  /// A linear program of three classes for pictures of three channels and 2 × 2 pixels, changed as tests say.
  static func linear(_ edit: (inout Program) -> Void = { _ in }) -> Program {
    var program = softmaxRegression(
      weight: (0..<36).map { Float($0 % 7) * 0.3 - 1 }, bias: [0.1, -0.2, 0.4], channels: 3,
      height: 2, width: 2)
    edit(&program)
    return program
  }
}
