import Adversary

extension LoweringError {
  /// The option that tells what the model does not; nothing if none does.
  var advice: String? {
    switch untold {
    case .pictureSizes: "say what shape pictures have, as --input-shape 3x224x224 does"
    case .scores(let names):
      "say which holds the scores, as --scores-from \(names.first ?? "") does".safeToPrint
    case .loneScore:
      "say with --outputs probabilities that it is the probability of the second class, or with "
        + "--outputs logits that this class is preferred above 0"
    case nil: nil
    }
  }
}
