import ProgramFormats
import ProgramIR
import TensorModule

/// The scores of a classifier, from what the model returns.
extension Lowering {
  /// One row of scores for each picture.
  mutating func scores(
    among values: [LoweredValue], _ options: LoweringOptions
  ) throws(LoweringError) -> LoweredValue {
    var candidates: [(name: String, value: LoweredValue)] = []
    var lone: [(name: String, value: LoweredValue)] = []
    for (output, value) in zip(model.graph.outputs, values)
    where value.isRealInGraph && value.dependsOnPicture
      && (options.scores ?? output.name) == output.name
    {
      if try isTable(value) {
        candidates.append((output.name, value))
      } else if value.rank < 2 && isOnePerPicture(value) {
        lone.append((output.name, value))
      }
    }
    // A list of numbers, one for each picture, may also be a loss or a confidence.
    if candidates.isEmpty { candidates = lone }
    guard let scores = candidates.first?.value else {
      let names = model.graph.outputs.map(\.name).joined(separator: ", ")
      throw LoweringError(
        "none of what the model returns (\(names)) is one row of real numbers for each picture"
          + (options.scores.map { ", called \($0)" } ?? ""))
    }
    guard candidates.count == 1 else {
      let names = candidates.map(\.name)
      throw LoweringError(
        "the model returns several tables of numbers (\(names.joined(separator: ", ")))",
        untold: .scores(among: names))
    }
    let real = try asInGraph(classScores(for: scores))
    let flat =
      try isOnePerPicture(real) ? pair(of: real, as: options.loneScore) : try rows(of: real)
    return flat.elementType == .float32
      ? flat : try call("aten::to.dtype", .tensor(flat), .type(.float32))
  }

  /// Whether a value has one row for each picture: one size besides the batch that is not 1, at most.
  private func isTable(_ value: LoweredValue) throws(LoweringError) -> Bool {
    guard value.rank >= 2 else { return false }
    return try sizes(of: value).dropFirst().filter { $0 != 1 }.count <= 1
  }

  /// Whether a value has as many elements as there are pictures.
  func isOnePerPicture(_ value: LoweredValue) -> Bool {
    guard case .traced(let traced) = value.content else { return false }
    return traced.samples.map(\.elementCount) == batches
  }

  /// The value as a matrix with one row for each picture.
  private mutating func rows(of value: LoweredValue) throws(LoweringError) -> LoweredValue {
    switch value.rank {
    case 2: value
    case 0, 1: try call("aten::reshape", .tensor(value), .integers([-1, 1]))
    default: try call("aten::flatten.using_ints", .tensor(value), 1, -1)
    }
  }

  private func classScores(for value: LoweredValue) -> LoweredValue {
    guard case .traced(let traced) = value.content else { return value }
    return classScores[traced.name] ?? value
  }
}

// MARK: One score for two classes

extension Lowering {
  /// Two scores where the model gives one for the second of two classes.
  ///
  /// A probability p is taken back to what the sigmoid was applied to: with a zero for the first class
  /// that has the same two probabilities as a softmax. Where no sigmoid is found, the probabilities are
  /// 1 − p and p. A logit stands beside a zero.
  private mutating func pair(
    of score: LoweredValue, as kind: LoweringOptions.LoneScore?
  ) throws(LoweringError) -> LoweredValue {
    if let operand = sigmoidOperand(of: score) {
      leavesOutSigmoid = true
      let scores = try besideZero(rows(of: operand))
      return kind == .probability
        ? try call("aten::softmax.int", .tensor(scores), 1) : scores
    }
    switch kind {
    case .logit: return try besideZero(rows(of: score))
    case .probability:
      guard looksLikeProbability(score) else {
        throw LoweringError(
          "the model's one number for each picture is not between 0 and 1, so it is no probability")
      }
      let second = try rows(of: score)
      let first = try call("aten::rsub.Scalar", .tensor(second), 1)
      return try call("aten::cat", .tensors([first, second]), 1)
    case nil:
      guard !looksLikeProbability(score) else {
        throw LoweringError(
          "the model returns one number between 0 and 1 for each picture", untold: .loneScore)
      }
      return try besideZero(rows(of: score))
    }
  }

  private mutating func besideZero(_ score: LoweredValue) throws(LoweringError) -> LoweredValue {
    let zero = try call("aten::zeros_like", .tensor(score))
    return try call("aten::cat", .tensors([zero, score]), 1)
  }

  /// What the sigmoid was applied to that a score comes from.
  private func sigmoidOperand(of score: LoweredValue) -> LoweredValue? {
    guard case .traced(let traced) = score.content else { return nil }
    return sigmoidOperands[program.valueBeforeReshaping(traced.name)]
  }

  private func looksLikeProbability(_ score: LoweredValue) -> Bool {
    guard case .traced(let traced) = score.content else { return false }
    return traced.samples.allSatisfy { sample in
      sample.doubles().allSatisfy((0...1).contains)
    }
  }
}
