/// Which function lowers which operator.
enum OperatorTable {
  /// Lowers one node: appends what it needs to the program and returns its results.
  typealias OperatorLowering =
    @Sendable (inout Lowering, Call) throws(LoweringError) -> [LoweredValue]

  /// By the operator's name; with its set in front, as in `ai.onnx.ml::Scaler`, unless that is the
  /// standard one.
  static let lowerings: [String: OperatorLowering] = [
    activations,
    arithmetic,
    attention,
    casts,
    comparisons,
    contributed,
    controlFlow,
    convolutions,
    creation,
    elementary,
    indexing,
    linearModels,
    losses,
    machineLearning,
    matrixProducts,
    normalizations,
    padding,
    pieces,
    pooling,
    quantization,
    quantizedOperators,
    rearranging,
    recurrentLayers,
    reductions,
    resizing,
    sampling,
    sequences,
    shapes,
    signals,
    softmaxes,
    steps,
    supportVectors,
    treeEnsembles,
  ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

  /// Operators that are left out because their answers change from call to call.
  static let random: Set = [
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike",
  ]
}
