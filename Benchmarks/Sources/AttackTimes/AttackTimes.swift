import Adversary
import Foundation

/// Times our attacks on CIFAR-10, when asked; `peers.py` describes the contract.
///
///     printf 'fgsm 5\npgd 5\n' | attack-times resnet20 [every-step]
///
/// With `every-step` no sample is left alone when it has reached its goal: what the peers do.
@main
struct AttackTimes {
  let everyStep: Bool
  let subject: Subject
  let model: ProgramClassifier
  let batch: AttackBatch

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let subject = arguments.first.flatMap(Subject.init(rawValue:)) else {
      fatalError("one of \(Subject.allCases.map(\.rawValue)) is expected")
    }
    let times = try AttackTimes(subject, everyStep: arguments.contains("every-step"))
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let runs = Int(words[1]), let attack = times.attack(words[0]) else {
        fatalError("an attack and a number of runs are expected, not “\(line)”")
      }
      print(try times.answer(attack, named: String(words[0]), runs: runs))
      fflush(nil)
    }
  }

  init(_ subject: Subject, everyStep: Bool) throws {
    Engine.useThreads(2)
    Engine.keepFreedMemory()
    self.everyStep = everyStep
    self.subject = subject
    let shared = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../../shared"
    ).standardizedFileURL
    model = try ProgramClassifier(
      Program.read(from: shared.appending(path: "models/\(subject.file)").path))
    let data = try openDataset(at: shared.appending(path: "data/cifar-10-batches-bin").path)
    let samples = try (0..<subject.count).map { try data.sample(at: $0) }
    let labels = Tensor(samples.map { $0.label ?? 0 })
    let images = Tensor(samples.map(\.picture))
    let key = RandomKey(seed: 0)
    batch = AttackBatch(
      images, toward: Goal(avoiding: labels), keys: samples.indices.map { key.part($0) },
      starts: images.rows(try Self.others(than: labels, taken: model.logits(of: images))))
  }

  /// For each picture the next one that is taken for another class than its label: where HopSkipJump begins.
  private static func others(than labels: Tensor, taken logits: Tensor) -> [Int] {
    let (labels, taken) = (labels.integers(), logits.argmax(along: 1).integers())
    return labels.indices.map { row in
      (1...labels.count).map { (row + $0) % labels.count }.first { taken[$0] != labels[row] } ?? row
    }
  }

  private func attack(_ name: some StringProtocol) -> (any Attack)? {
    switch name {
    case "fgsm": FGSM()
    case "pgd": PGD(steps: 20, stepSize: 2.0 / 255, stopsAtSuccess: !everyStep)
    case "autoattack": AutoAttack()
    case "cw": CarliniWagner(searchSteps: 5, steps: 200, initialConstant: 1, abortsEarly: false)
    case "deepfool": DeepFool(steps: 50)
    case "square": SquareAttack(queries: 50)
    case "hopskipjump": HopSkipJump(iterations: 1, initialEvaluations: 50)
    default: nil
    }
  }

  /// From the batch in memory to the adversarial batch, as a caller of the library would wait for it.
  private func points(of attack: any Attack, asking oracle: CountedOracle) throws -> Tensor {
    if !type(of: attack).needsGradients {
      let norm: Norm = type(of: attack).minimizesNorm ? .l2 : .linf
      let threat = ThreatModel(
        try PerturbationBudget(norm, epsilon: norm == .l2 ? "0.01" : subject.epsilon),
        pixels: .float)
      // Only HopSkipJump is given a beginning by the peers.
      let batch =
        norm == .l2
        ? self.batch
        : AttackBatch(self.batch.images, toward: self.batch.goal, keys: self.batch.keys)
      return try attack.points(for: batch, asking: oracle, within: threat)
    }
    if type(of: attack).minimizesNorm {
      return try attack.nearestPoints(for: batch, on: model, in: .l2, pixels: .float)
    }
    let threat = ThreatModel(
      try PerturbationBudget(.linf, epsilon: subject.epsilon), pixels: .float)
    return try attack.points(for: batch, on: model, within: threat)
  }

  private func answer(_ attack: any Attack, named name: String, runs: Int) throws -> String {
    var seconds: [Double] = []
    var (whole, outside): ([Double], [Double]) = ([], [])
    var points = batch.images
    for _ in 0..<runs {
      let oracle = CountedOracle(model)
      let start = ContinuousClock.now
      points = try self.points(of: attack, asking: oracle)
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      seconds.append(elapsed)
      if oracle.queries > 0 {
        whole.append(elapsed / Double(oracle.queries) * 1000)
        outside.append((elapsed - oracle.seconds) / Double(oracle.queries) * 1000)
      }
    }
    let clean = batch.goal.isReached(by: try model.logits(of: batch.images))
    let fooled = batch.goal.isReached(by: try model.logits(of: points))
    let robust = (.!(clean .|| fooled)).converted(to: .float32).mean().scalar()
    let lengths = (points - batch.images).flattenedSamples().norm(order: 2, along: [1]).doubles()
    let distances = zip((fooled .&& .!clean).truths(), lengths).filter(\.0).map(\.1).sorted()
    let median = distances.isEmpty ? "null" : "\(distances[(distances.count - 1) / 2])"
    return """
      {"peer": "adversary\(everyStep ? ", every step" : "")", "attack": "\(name)", \
      "seconds": \(seconds), "robust_accuracy": \(robust), "median_l2": \(median), \
      "per_thousand": \(whole), "outside_per_thousand": \(outside)}
      """
  }
}
