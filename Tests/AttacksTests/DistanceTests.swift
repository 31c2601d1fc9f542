import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  /// Attacks that minimise a norm, against models on which the least distance is known.
  @Suite struct DistanceTests {
    /// Weights of both signs, none zero, no two of one size.
    private static let weight: [Float] = (0..<75).map { index in
      let size = 0.05 + 0.01 * Float((index * 7) % 75)
      return index % 2 == 0 ? size : -size
    }

    private static func linearModel() throws -> ProgramClassifier {
      try ProgramClassifier(
        .logisticRegression(weight: weight, bias: 0, channels: 3, height: 5, width: 5))
    }

    /// Points on both sides of the boundary, far from the edges of [0, 1], with their |w·x|.
    private static func points(
      _ model: ProgramClassifier
    ) throws -> (batch: AttackBatch, margins: [Double]) {
      let noise = Tensor.uniform(
        [4, 3, 5, 5], in: 0.4...0.6, using: RandomKey(seed: 3).makeGenerator())
      let logits = try model.logits(of: noise).converted(to: .float64)
      let score = (logits.narrowed(to: 1..<2, along: 1) - logits.narrowed(to: 0..<1, along: 1))
      let goal = Goal(avoiding: logits.argmax(along: 1))
      let keys = (0..<4).map { RandomKey(seed: 0).part($0) }
      return (AttackBatch(noise, toward: goal, keys: keys), score.doubles().map(abs))
    }

    /// Distances in multiples of the least possible, after checking that each goal is reached.
    private static func ratios(
      _ attack: any MinimumNormAttack, in norm: Norm
    ) throws -> [Double] {
      let model = try Self.linearModel()
      let (batch, margins) = try points(model)
      let closest = try attack.closest(batch, on: model, in: norm, enough: nil)
      #expect(batch.goal.isReached(by: try model.logits(of: closest)).allTrue())
      let distances = ThreatModel.perturbation(
        from: batch.images, to: closest, pixels: .float
      ).norm(order: norm.order, along: [1]).doubles()
      let sizes = weight.map { abs(Double($0)) }
      let dual =
        norm == .l1 ? sizes.max() ?? 0 : sizes.map { $0 * $0 }.reduce(0, +).squareRoot()
      return zip(distances, margins).map { $0 / ($1 / dual) }
    }

    @Test func carliniWagnerFindsTheLeastL2() throws {
      let ratios = try Self.ratios(CarliniWagner(steps: 100, initialConstant: 0.1), in: .l2)
      #expect(ratios.allSatisfy { $0 > 1 - 1e-5 && $0 < 1.05 }, "\(ratios)")
    }

    @Test func ddnFindsTheLeastL2() throws {
      let ratios = try Self.ratios(DDN(), in: .l2)
      #expect(ratios.allSatisfy { $0 > 1 - 1e-5 && $0 < 1.05 }, "\(ratios)")
    }

    @Test func eadComesNearTheLeastL1() throws {
      let ratios = try Self.ratios(EAD(steps: 200), in: .l1)
      #expect(ratios.allSatisfy { $0 > 1 - 1e-5 && $0 < 1.5 }, "\(ratios)")
    }

    @Test func confidenceLeavesRoomToSpare() throws {
      let model = try Self.linearModel()
      let batch = try Self.points(model).batch
      for attack: any MinimumNormAttack in [
        CarliniWagner(searchSteps: 6, steps: 100, confidence: 2),
        EAD(searchSteps: 6, steps: 100, confidence: 2),
      ] {
        let closest = try attack.closest(
          batch, on: model, in: type(of: attack).norms.first ?? .l2, enough: nil)
        let margins = batch.goal.margin(of: try model.logits(of: closest)).doubles()
        #expect(margins.allSatisfy { $0 <= -2 + 1e-4 }, "\(margins)")
      }
    }

    @Test func jsmaChangesAsFewChannelsAsPossible() throws {
      let model = try Self.linearModel()
      let (batch, margins) = try Self.points(model)
      let threat = ThreatModel(try PerturbationBudget(.l0, epsilon: 75), pixels: .float)
      let points = try JSMA().perturbed(batch, on: model, within: threat)
      #expect(batch.goal.isReached(by: try model.logits(of: points)).allTrue())
      let changed = threat.distance(from: batch.images, to: points).map(Int.init)
      let labels = batch.goal.labels.integers()
      let fewest = labels.indices.map { row in
        let up = labels[row] == 0
        let gains = zip(Self.weight, batch.images[row].floats()).map { weight, pixel in
          Double(abs(weight) * ((weight > 0) == up ? 1 - pixel : pixel))
        }
        var left = margins[row]
        return gains.sorted(by: >).prefix { gain in
          defer { left -= gain }
          return left > 0
        }.count
      }
      #expect(changed == fewest)
      #expect((fewest.max() ?? 0) > 1)
    }

    @Test func jsmaReachesTargetsWithinItsBudget() throws {
      let signs = try SignsUnderAttack()
      let (batch, target) = signs.towardOneClass()
      let threat = ThreatModel(try PerturbationBudget(.l0, epsilon: 150))
      let points = try JSMA().perturbed(batch, on: signs.model, within: threat)
      let predicted = try signs.model.logits(of: points).argmax(along: 1).integers()
      #expect(predicted.count { $0 == target } > predicted.count / 2)
      #expect(threat.allows(points, around: batch.images).allSatisfy { $0 })
    }

    @Test func carliniWagnerReachesTargets() throws {
      let signs = try SignsUnderAttack()
      let (batch, target) = signs.towardOneClass()
      let attack = CarliniWagner(searchSteps: 4, steps: 40, initialConstant: 0.1)
      let points = try attack.closest(batch, on: signs.model, in: .l2, enough: nil)
      let predicted = try signs.model.logits(of: points).argmax(along: 1).integers()
      #expect(predicted.allSatisfy { $0 == target })
    }

    @Test(arguments: [
      AttackRow(CarliniWagner(searchSteps: 3, steps: 30, initialConstant: 1)),
      AttackRow(DDN(steps: 40)),
      AttackRow(EAD(searchSteps: 3, steps: 30, initialConstant: 1)),
    ])
    func stopsWhereItIsNearEnough(row: AttackRow) throws {
      let signs = try SignsUnderAttack()
      func passes(enough: Double?) throws -> Int {
        let before = signs.model.passes.backward
        _ = try row.attack.nearestPoints(
          for: signs.batch(), on: signs.model, in: row.norms[0], pixels: .float, enough: enough)
        return signs.model.passes.backward - before
      }
      #expect(try passes(enough: 1000) < passes(enough: nil) / 2)
    }

    @Test(arguments: [
      AttackRow(CarliniWagner(searchSteps: 4, steps: 50, initialConstant: 0.1)),
      AttackRow(DDN()),
      AttackRow(EAD(searchSteps: 4, steps: 50, regularization: 1e-3, initialConstant: 0.1)),
    ])
    func findsAPlantedExample(row: AttackRow) throws {
      let (side, epsilon) = (12, 4.0 / 255)
      let generator = RandomKey(seed: 5).makeGenerator()
      let origin =
        Tensor.uniform([1, 3, side, side], in: 64...191, using: generator).rounded() / 255
      let pattern = Tensor.uniform([1, 3, side, side], in: -1...1, using: generator).sign()
      let model = try ProgramClassifier(
        PlantedModel.program(
          origin: origin.floats(), pattern: pattern.floats(), side: side, epsilon: epsilon))
      let batch = AttackBatch(
        origin, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let norm = row.norms[0]
      let found = try row.attack.nearestPoints(for: batch, on: model, in: norm, pixels: .float)
      #expect(batch.goal.isReached(by: try model.logits(of: found)).allTrue())
      // No farther away than the planted corner itself.
      let planted = epsilon * (pattern.norm(order: norm.order, along: [1, 2, 3])).scalar()
      let distance = (found - origin).norm(order: norm.order, along: [1, 2, 3]).scalar()
      #expect(distance < planted, "\(distance), \(planted)")
    }
  }
}

extension SignsUnderAttack {
  /// All pictures but those of one class, to be taken for that class.
  fileprivate func towardOneClass() -> (batch: AttackBatch, target: Int) {
    let target = (labels[0] + 1) % model.classCount
    let rows = labels.indices.filter { labels[$0] != target }
    let avoided = Tensor(rows.map { labels[$0] })
    let goal = Goal(avoiding: avoided, reaching: avoided.filled(with: Double(target)))
    let keys = rows.map { RandomKey(seed: 0).part($0) }
    return (AttackBatch(images.rows(rows), toward: goal, keys: keys), target)
  }
}
