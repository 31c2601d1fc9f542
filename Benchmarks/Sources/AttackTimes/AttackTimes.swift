import Adversary
import Foundation

/// Times our attacks on CIFAR-10 ResNet-20, when asked; `peers.py` describes the contract.
///
///     printf 'fgsm 5\npgd 5\n' | attack-times [every-step]
///
/// With `every-step` no sample is left alone when it has reached its goal: what the peers do.
@main
struct AttackTimes {
  let everyStep: Bool
  let model: ProgramClassifier
  let batch: AttackBatch
  let threat: ThreatModel

  static func main() throws {
    let times = try AttackTimes(everyStep: CommandLine.arguments.contains("every-step"))
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let runs = Int(words[1]), let attack = times.attack(words[0]) else {
        fatalError("`fgsm N` or `pgd N` is expected, not “\(line)”")
      }
      print(try times.answer(attack, named: String(words[0]), runs: runs))
      fflush(nil)
    }
  }

  init(everyStep: Bool) throws {
    Engine.useThreads(2)
    self.everyStep = everyStep
    let shared = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../../../shared"
    ).standardizedFileURL
    model = try ProgramClassifier(
      Program.read(from: shared.appending(path: "models/cifar10-resnet20.pt2").path))
    let data = try openDataset(at: shared.appending(path: "data/cifar-10-batches-bin").path)
    let samples = try (0..<128).map { try data.sample(at: $0) }
    let labels = Tensor(samples.map { $0.label ?? 0 })
    let key = RandomKey(seed: 0)
    batch = AttackBatch(
      Tensor(samples.map(\.picture)), toward: Goal(avoiding: labels),
      keys: samples.indices.map { key.part($0) })
    threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "8/255"), pixels: .float)
  }

  private func attack(_ name: some StringProtocol) -> (any WhiteBoxAttack)? {
    switch name {
    case "fgsm": FGSM()
    case "pgd": PGD(steps: 20, stepSize: 2.0 / 255, stopsAtSuccess: !everyStep)
    default: nil
    }
  }

  /// From the batch in memory to the adversarial batch, as a caller of the library would wait for it.
  private func answer(
    _ attack: any WhiteBoxAttack, named name: String, runs: Int
  ) throws -> String {
    var seconds: [Double] = []
    var points = batch.images
    for _ in 0..<runs {
      let start = ContinuousClock.now
      points = try attack.perturbed(batch, on: model, within: threat)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    let clean = batch.goal.isReached(by: try model.logits(of: batch.images))
    let fooled = batch.goal.isReached(by: try model.logits(of: points))
    let robust = (.!(clean .|| fooled)).converted(to: .float32).mean().scalar()
    return """
      {"peer": "adversary\(everyStep ? ", every step" : "")", "attack": "\(name)", \
      "seconds": \(seconds), "robust_accuracy": \(robust)}
      """
  }
}
