import ProgramFormats
import ProgramIR

/// What is done to the picture before the network proper, which training leaves alone.
extension OperatorTable {
  /// Operators that make of the picture another one, or numbers for that such as its mean.
  static let preparing: Set = [
    "Add", "Sub", "Mul", "Div", "Mod", "Pow", "Sum", "Mean", "Max", "Min", "Neg",
    "ReduceMax", "ReduceMean", "ReduceMin",
    "Cast", "CastLike", "Clip", "Floor", "Round",
    "Concat", "CenterCropPad", "Expand", "Flatten", "Gather", "Identity", "Pad", "Reshape",
    "Resize", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze", "Upsample",
    "ai.onnx.ml::Imputer", "ai.onnx.ml::Scaler",
  ]
}

extension Lowering {
  /// Whether a call of a preparing operator prepares the picture: whether it reads the picture, and
  /// nothing else that depends on it.
  func prepares(_ inputs: [LoweredValue?]) -> Bool {
    let dependent = inputs.compactMap(\.self).filter(\.dependsOnPicture)
    return !dependent.isEmpty && dependent.allSatisfy(\.isPicture)
  }

  /// The same value as one that training leaves alone; what was computed of weights is known.
  mutating func untrained(_ value: LoweredValue) -> LoweredValue {
    switch value.content {
    case .constant(let known):
      // A call before may have made a parameter of it.
      if let name = constantNames[known.identity],
        let index = program.inputs.firstIndex(where: { $0.name == name }),
        case .parameter(let full) = program.inputs[index].source
      {
        program.inputs[index].source = .buffer(full)
      }
      return value.untrained
    case .traced(let traced) where traced.isKnown:
      return constant(traced.samples[0], standingFor: value.standsFor)
    case .traced, .sizes, .sequence: return value
    }
  }
}

extension Lowering {
  /// A running statistic of a normalisation: a tensor that training leaves to the rule of its own.
  ///
  /// One that is a weight too, or belongs to several normalisations, is copied: they part in training.
  mutating func statistic(
    _ value: LoweredValue, _ statistic: ONNXStatistic, of call: Call
  ) -> LoweredValue {
    let name = statistic.ownName(forNodeDefining: call.node.outputs.first ?? "")
    guard isInMainGraph, sharedStatistics.contains(name), case .constant(let known) = value.content
    else { return value.untrained }
    return constant(
      known.tensor, origin: LoweredConstant.Origin(name: name, isTrainable: false),
      standingFor: value.standsFor)
  }
}

extension LoweredValue {
  /// The same value, marked as the picture itself.
  var stillPicture: LoweredValue {
    guard case .traced(var traced) = content else { return self }
    traced.isPicture = true
    return LoweredValue(.traced(traced), standingFor: standsFor)
  }

  /// The same value, marked as a constant that training leaves alone, if it is one.
  var untrained: LoweredValue {
    guard case .constant(let known) = content, let origin = known.origin else { return self }
    return LoweredValue(
      .constant(
        LoweredConstant(
          identity: known.identity, tensor: known.tensor,
          origin: LoweredConstant.Origin(name: origin.name, isTrainable: false),
          memory: known.memory)),
      standingFor: standsFor)
  }
}
