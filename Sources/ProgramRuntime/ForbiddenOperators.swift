import ProgramIR

/// Operators that libtorch knows and that no stranger's model may call.
///
/// A model file is data from a stranger: it may compute, and nothing else. Custom libraries, files,
/// and surgery on the memory of other tensors stay out of its reach.
enum ForbiddenOperators {
  /// Why a call of the operator is refused, or nothing if it is not.
  static func refusal(of name: OperatorName) -> String? {
    if name.namespace != "aten" { return "only operators of the library aten are supported" }
    if files.contains(name.name) { return "a model may not read or write files" }
    if surgery.contains(name.name) || name.name.hasPrefix("_unsafe_index") {
      return "a model may not change the memory of its tensors"
    }
    if random.contains(name.name) {
      return "the model is random: its answer for one picture would change from call to call"
    }
    return nil
  }

  private static let files: Set = ["from_file"]

  private static let surgery: Set = [
    "set_", "set_data", "data", "resize_", "resize_as_", "resize", "resize_as",
    "_resize_output", "_resize_output_", "_unsafe_masked_index",
    "_unsafe_masked_index_put_accumulate", "set",
  ]

  private static let random: Set = [
    "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "normal",
    "normal_", "uniform", "uniform_", "bernoulli", "bernoulli_", "multinomial", "poisson",
    "exponential_", "geometric_", "cauchy_", "log_normal_", "random_", "binomial",
  ]
}
