import Adversary

extension OracleAttackResults {
  /// What does not go together in the results, whatever the pictures and the answers are.
  var contradictions: [String] {
    var found: [String] = []
    let attack = namedAttack
    if attack == nil { found.append("the attack is not the one that its method names") }
    if let attack, attack.title != attackTitle {
      found.append("the attack is called \(attack.title), and not \(attackTitle)")
    }
    if curveOfSamples != successCurve {
      found.append("the success curve is not that of the samples")
    }
    if picturesLeft < 0 { found.append("\(picturesLeft) pictures are left") }
    if (target == nil) != (targetName == nil) {
      found.append("the target and its name do not go together")
    }
    if !areNamesConsistent { found.append("a class has two names, or a name and no number") }
    if pattern.queries > queries {
      found.append("\(pattern.queries) pictures were asked about in \(queries) queries")
    }
    // Real numbers between the steps of a file are told apart by the service alone.
    let counted = samples.reduce(0.0) { $0 + Double($1.queries) }
    if picturesSentAs != "\(PictureEncoding.floats)", counted < Double(pattern.queries) {
      found.append(
        "the samples took \(Int(counted)) queries, and \(pattern.queries) pictures were asked about"
      )
    }
    return found.map { "oracle.json: \($0)" }
      + samples.flatMap { sample in sample.contradictions.map { "\(sample.name): \($0)" } }
  }

  /// The attack that the method names; nothing if there is none, or if it has other settings.
  var namedAttack: (any Adversary.Attack)? {
    guard let attack = try? AttackCatalogue.attack(method),
      RunManifest.AttackSettings(of: attack) == self.attack
    else { return nil }
    return attack
  }

  /// Whether each class goes by one name.
  private var areNamesConsistent: Bool {
    var names: [Int: String] = [:]
    var pairs: [(number: Int?, name: String?)] = [(target, targetName)]
    for sample in samples {
      pairs += [
        (sample.label, sample.labelName), (sample.adversarial, sample.adversarialName),
      ]
    }
    return pairs.allSatisfy { number, name in
      guard let number else { return name == nil }
      guard let name else { return false }
      return names.updateValue(name, forKey: number).map { $0 == name } ?? true
    }
  }
}

extension OracleAttackResults.Sample {
  /// Why the outcome does not follow from the answers and the distances; nothing if it does.
  func complaint(within threat: ThreatModel, toward target: Int?) -> String? {
    let canBeAttacked = clean == label && label != target
    if outcome == .initiallyWrong {
      return canBeAttacked ? "it is said to be wrong as it is, but the answer is right" : nil
    }
    guard canBeAttacked else { return "it is said to be attacked, but it is wrong as it is" }
    guard let distances else { return "it is said to be attacked, but no distances are said" }
    let reaches = adversarial.map { answer in target.map { answer == $0 } ?? (answer != label) }
    let isSuccess = reaches == true && distances.isWithin(threat.budget)
    switch outcome {
    case .newlyWrong:
      if reaches != true { return "it is said to fool the service, but the answer does not" }
      return isSuccess ? nil : "it is said to fool the service, but lies outside the budget"
    // Real numbers may lie outside [0, 1].
    case .invalid where threat.pixels == .float: return nil
    case .robust, .invalid, .initiallyWrong:
      return isSuccess ? "it is said to hold, but the answer fools the service" : nil
    }
  }

  fileprivate var contradictions: [String] {
    if queries < 1 { return ["\(queries) queries"] }
    guard let queriesToSuccess else { return [] }
    return (1...queries).contains(queriesToSuccess) && outcome == .newlyWrong
      ? [] : ["it cannot have been fooled by query \(queriesToSuccess)"]
  }
}
