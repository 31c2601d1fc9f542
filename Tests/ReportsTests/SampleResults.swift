import Evaluation
import Imaging
import ThreatModels

/// Results of an evaluation made up for tests: every number follows from the samples.
struct SampleResults {
  /// A name that would break a page, a table, a terminal or a comment that does not escape it.
  static let hostileName =
    "<script>alert(1)</script>|`x`&\"'\u{202E}\u{1B}[31m\n🛑 @all #1 ]]>\u{FFFE}"

  var classNames = ["stop", "yield", "speed limit 30", "no entry", "roundabout"]
  var fileName = "signs.pt2"
  var pictureCount = 200
  var epsilons: [(Norm, String)] = [(.linf, "1/255"), (.linf, "2/255"), (.linf, "4/255")]
  /// Names with their ensembles, weakest first.
  var attackNames: [(name: String, ensemble: String?)] = [
    ("FGSM", nil), ("PGD-100", nil), ("APGD-CE", "AutoAttack"), ("APGD-T", "AutoAttack"),
    ("FAB-T", "AutoAttack"), ("Square", "AutoAttack"),
  ]
  /// How many of ten pictures give way, at most.
  var weakness = 6
  var findings: [Finding] = []
  var done: Int?
  var objective = Objective.untargeted
  var checksSanity = true
  var defense: EvaluationSetup.Defense?

  static let findings = [
    Finding(
      .marginForFewClasses, .note, observation: "The model has 3 classes.",
      advice: "Nothing; the margin is as good."),
    Finding(
      .zeroGradients, .warning,
      observation: "The gradient is exactly zero for 61 of 200 pictures.",
      advice: "Look for a saturated loss or a step that has no gradient, and attack without it."),
  ]

  /// The same with names from strangers everywhere.
  static var hostile: SampleResults {
    var sample = SampleResults()
    sample.classNames = [hostileName, "b|c", "<b>", "*d*", ""]
    sample.fileName = hostileName
    sample.attackNames = [(hostileName, hostileName), ("FGSM", nil)]
    sample.findings = Finding.Kind.allCases.map {
      Finding($0, .warning, observation: hostileName, advice: hostileName)
    }
    sample.objective = .target(0)
    return sample
  }

  func results() throws -> EvaluationResults {
    let threats = try epsilons.map { try ThreatModel(PerturbationBudget($0.0, epsilon: $0.1)) }
    let plan = attackNames.flatMap { attack in threats.map { (attack: attack, threat: $0) } }
    let samples = (0..<(done ?? pictureCount)).map {
      sample(number: $0, plan: plan.map(\.threat), threats)
    }
    let clean = Proportion(samples.count(where: \.isRight), of: samples.count)
    return EvaluationResults(
      setup: setup(threats), progress: .init(done: done ?? pictureCount, total: pictureCount),
      cleanAccuracy: clean,
      worstCases: threats.map { threat in
        worstCase(of: samples, under: threat) { plan[$0.attack].threat == threat }
      },
      attacks: plan.indices.map { index in
        let defeats = samples.flatMap(\.defeats).filter { $0.attack == index }
        let worst = worstCase(of: samples, under: plan[index].threat) { $0.attack == index }
        let sizes = defeats.map { plan[index].threat.budget.norm.size(of: $0.distances) }.sorted()
        return AttackResult(
          name: plan[index].attack.name, ensemble: plan[index].attack.ensemble,
          settings: .object(["steps": .number(100)]), threat: plan[index].threat,
          counts: worst.counts, robustAccuracy: worst.robustAccuracy,
          errorRate: 1 - worst.robustAccuracy.value,
          meanConfidenceOnErrors: defeats.isEmpty
            ? nil
            : defeats.reduce(0) { $0 + $1.prediction.confidence } / Double(defeats.count),
          perturbation: sizes.last.map { .init(maximum: $0, median: sizes[sizes.count / 2]) },
          forwardPasses: 1234 * (index + 1), backwardPasses: 1000 * index,
          seconds: 0.4 * Double(index * index * index))
      },
      findings: findings, samples: samples)
  }

  private func sample(
    number: Int, plan: [ThreatModel], _ threats: [ThreatModel]
  ) -> SampleSummary {
    let label = number % classNames.count
    let other = (label + 1 + number / 7) % classNames.count
    let isRight = number % 7 != 3
    // How hard the sample is to fool: budgets and attacks later in the plan are stronger.
    let hardness = (number * 37) % 100
    let defeats = plan.enumerated().compactMap { index, threat -> SampleSummary.Defeat? in
      let budget = threats.firstIndex(of: threat) ?? 0
      let strength =
        weakness * (10 * (budget + 1) / threats.count) * (index / threats.count + 3)
        / (attackNames.count + 2)
      guard isRight, hardness < strength, other != label else { return nil }
      return SampleSummary.Defeat(
        attack: index,
        prediction: prediction(other, confidence: Double(40 + (number * 13 + index) % 60) / 100),
        distances: Distances(
          maximumInPixels: Double(budget + 1), l2: 0.31 + Double(hardness) / 200, l1: 12.5,
          l0: 2900))
    }
    return SampleSummary(
      number: number, name: "\(number)-\(classNames[label])", label: label,
      clean: prediction(isRight ? label : (label + 1) % classNames.count, confidence: 0.93),
      isRight: isRight, defeats: defeats)
  }

  private func prediction(_ index: Int, confidence: Double) -> Prediction {
    Prediction(classIndex: index, className: classNames[index], confidence: confidence)
  }

  private func worstCase(
    of samples: [SampleSummary], under threat: ThreatModel,
    counting isCounted: (SampleSummary.Defeat) -> Bool
  ) -> EvaluationResults.WorstCase {
    func outcome(_ sample: SampleSummary) -> Outcome {
      if !sample.isRight { return .initiallyWrong }
      return sample.defeats.contains(where: isCounted) ? .newlyWrong : .robust
    }
    func share(_ samples: [SampleSummary]) -> Proportion {
      Proportion(samples.count { outcome($0) == .robust }, of: samples.count)
    }
    let classes = classNames.indices.compactMap { index -> EvaluationResults.ClassResult? in
      let own = samples.filter { $0.label == index }
      guard !own.isEmpty else { return nil }
      return .init(
        classIndex: index, name: classNames[index],
        cleanAccuracy: Proportion(own.count(where: \.isRight), of: own.count),
        robustAccuracy: share(own))
    }
    return .init(
      threat: threat, counts: Counts(of: samples.map(outcome)), robustAccuracy: share(samples),
      classes: classes)
  }

  private func setup(_ threats: [ThreatModel]) -> EvaluationSetup {
    EvaluationSetup(
      version: "1.0.0", engineVersion: "2.9.0",
      model: .init(
        path: "models/\(fileName)", sha256: String(repeating: "0123456789abcdef", count: 4),
        options: ["mean": "0.3403 0.3121 0.3214", "logits": classNames[0]]),
      imageShape: .init(channels: 3, height: 4, width: 5), classCount: classNames.count,
      classNames: classNames, classNamesPath: "names/\(fileName)",
      data: .init(
        path: "data/\(fileName)", split: "test", count: pictureCount, isSpread: true, classCount: 7,
        sha256: "0"),
      attacks: attackNames.map {
        .init(
          text: "\($0.name.lowercased()):steps=100", name: $0.name,
          settings: .object(["steps": .number(100), "text": .string($0.name)]))
      },
      threats: threats, objective: objective, seed: .max, batchSize: 64,
      checksSanity: checksSanity, defense: defense)
  }
}

extension Norm {
  /// The size of a perturbation, with pixels in [0, 1].
  fileprivate func size(of distances: Distances) -> Double {
    switch self {
    case .linf: distances.maximumInPixels / 255
    case .l2: distances.l2
    case .l1: distances.l1
    case .l0: distances.l0
    }
  }
}
