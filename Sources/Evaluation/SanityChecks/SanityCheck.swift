import ThreatModels

/// A question that tells whether the numbers of an evaluation can be believed.
///
/// Carlini et al. 2019, “On evaluating adversarial robustness”; Athalye, Carlini and Wagner 2018,
/// “Obfuscated gradients give a false sense of security”.
protocol SanityCheck {
  /// The name under which a journal keeps the answer.
  static var name: String { get }
  /// What is wrong; nothing if all is well.
  func findings(on subject: SanitySubject) throws(OracleError) -> [Finding]
}

extension SanityCheck {
  static var name: String { "\(Self.self)" }
}
