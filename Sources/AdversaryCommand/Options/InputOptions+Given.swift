extension InputOptions {
  /// The first option that was given, as it is written; nothing if none was.
  var given: String? { mean.isEmpty ? givenBesidesNormalization : "--mean" }

  /// The first option that was given besides --mean and --std, which are all that an architecture heeds.
  var givenBesidesNormalization: String? {
    let options = [
      ("--input-range", inputRange != nil), ("--input-layout", form.inputLayout != nil),
      ("--input-shape", form.inputShape != nil), ("--scores-from", form.scoresFrom != nil),
      ("--outputs", form.outputs != nil), ("--straight-through", form.straightThrough),
    ]
    return options.first { $0.1 }?.0
  }
}
