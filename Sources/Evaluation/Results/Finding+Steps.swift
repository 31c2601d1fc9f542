extension Finding {
  /// A model with steps, such as rounding, through which no true gradient passes.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - example: one of them, by its name and operator.
  ///   - canPass: whether the option that lets gradients pass some of them changes anything.
  public static func steps(_ count: Int, such example: String, canPass: Bool) -> Finding {
    Finding(
      .stepsInModel, .warning,
      observation:
        "\(count) of the model's nodes, such as \(example), compute steps, through which "
        + "no gradient passes or only a made-up one",
      advice: "gradients may be masked: look at the attacks without gradients, such as Square"
        + (canPass ? ", and compare with and without --straight-through" : ""))
  }
}
