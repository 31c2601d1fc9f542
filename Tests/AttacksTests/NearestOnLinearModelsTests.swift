import Attacks
import ProgramIR
import ProgramRuntime
import TensorModule
import TestKit
import Testing
import ThreatModels

/// An attack that minimises the norm, in one norm that it knows.
struct NearestCase: CustomTestStringConvertible, Sendable {
  let attack: any MinimumNormAttack
  let norm: Norm
  /// Whether the attack compares the boundaries to all classes; FMN goes down to one of them.
  var comparesClasses: Bool { !(attack is FMN) }
  var testDescription: String { "\(attack), \(norm)" }

  static let all: [NearestCase] =
    ([
      FAB(steps: 10), FAB(targetClasses: nil, steps: 10), FAB(steps: 5, restarts: 2), DeepFool(),
      FMN(),
    ] as [any MinimumNormAttack]).flatMap { attack in
      Norm.allCases.filter(type(of: attack).norms.contains).map {
        NearestCase(attack: attack, norm: $0)
      }
    }
}

extension EngineTests {
  /// How near attacks come on linear models, where the distance to the boundary is known.
  @Suite struct NearestOnLinearModelsTests {
    /// A linear model, grey pictures of all its classes, and what is known of each.
    private struct Problem {
      let model: ProgramClassifier
      let batch: AttackBatch
      /// For each picture and each other class: by how much the label's logit is higher, and the
      /// weights of that difference.
      let boundaries: [[(margin: Double, weight: [Double])]]

      init(
        weight: [[Float]], bias: [Float], images: Tensor, side: Int, goal: (Tensor) -> Goal
      ) throws {
        model = try ProgramClassifier(
          .softmaxRegression(
            weight: weight.flatMap { $0 }, bias: bias, channels: 3, height: side, width: side))
        let logits = try model.logits(of: images)
        let labels = logits.argmax(along: 1)
        let goal = goal(labels)
        batch = AttackBatch(
          images, toward: goal, keys: (0..<images.count).map { RandomKey(seed: 3).part($0) })
        let points = images.flattenedSamples()
        let targets = goal.targets?.integers()
        boundaries = labels.integers().enumerated().map { row, label in
          let point = points[row].doubles()
          func score(_ index: Int) -> Double {
            zip(weight[index], point).map { Double($0) * $1 }.reduce(Double(bias[index]), +)
          }
          let entered = targets.map { [$0[row]] } ?? bias.indices.filter { $0 != label }
          return entered.map { other in
            (
              score(label) - score(other),
              zip(weight[other], weight[label]).map { Double($0) - Double($1) }
            )
          }
        }
      }

      /// The shortest distance to a boundary; in L∞ and L2 it is so short that [0, 1] does not matter.
      ///
      /// - Parameters:
      ///   - row: which picture.
      ///   - norm: how distance is measured.
      ///   - place: to which of the boundaries; the nearest of all if there is none.
      func optimum(_ row: Int, in norm: Norm, place: Int? = nil) -> Double {
        let point = batch.images.flattenedSamples()[row].doubles()
        let boundaries = place.map { [self.boundaries[row][$0]] } ?? self.boundaries[row]
        return boundaries.map { margin, weight in
          let sizes = weight.map(abs)
          switch norm {
          case .linf: return margin / sizes.reduce(0, +)
          case .l2: return margin / sizes.map { $0 * $0 }.reduce(0, +).squareRoot()
          case .l1, .l0:
            // The steepest coordinates first, or those that can give most, as far as their room goes.
            let gains = zip(weight, point).map { $0 > 0 ? $0 * (1 - $1) : -$0 * $1 }
            let ranked = zip(gains, sizes).sorted {
              norm == .l1 ? $0.1 > $1.1 : $0.0 > $1.0
            }
            var (length, missing) = (0.0, margin)
            for (gain, size) in ranked where missing > 0 {
              length += norm == .l1 ? min(gain, missing) / size : 1
              missing -= gain
            }
            return length
          }
        }.min() ?? .infinity
      }
    }

    private static func weights(classes: Int, count: Int) -> [[Float]] {
      let generator = RandomKey(seed: 11).makeGenerator()
      return (0..<classes).map { _ in
        Tensor.normal([count], standardDeviation: 0.3, using: generator).floats()
      }
    }

    private static func pictures(_ count: Int, side: Int) -> Tensor {
      let generator = RandomKey(seed: 12).makeGenerator()
      return Tensor.uniform([count, 3, side, side], in: 0.35...0.65, using: generator)
    }

    private func check(_ testCase: NearestCase, on problem: Problem) throws {
      let (model, batch) = (problem.model, problem.batch)
      let points = try testCase.attack.closest(batch, on: model, in: testCase.norm, enough: nil)
      #expect(batch.goal.isReached(by: try model.logits(of: points)).allTrue())
      #expect((points .>= 0 .&& points .<= 1).allTrue())
      let distances = ThreatModel.perturbation(
        from: batch.images, to: points, pixels: .float
      ).norm(order: testCase.norm.order, along: [1]).doubles()
      for (row, distance) in distances.enumerated() {
        let optimum = problem.optimum(row, in: testCase.norm)
        #expect(distance >= optimum * (1 - 1e-5), "nearer than possible")
        let nearest =
          testCase.comparesClasses
          ? optimum
          : problem.boundaries[row].indices
            .map { problem.optimum(row, in: testCase.norm, place: $0) }
            .min { abs($0 - distance) < abs($1 - distance) } ?? optimum
        // Half a coordinate cannot be saved.
        let limit = testCase.norm == .l0 ? max(nearest + 1, 1.05 * nearest) : 1.05 * nearest
        #expect(distance <= limit, "\(distance) instead of \(optimum)")
      }
    }

    @Test(arguments: NearestCase.all)
    func comesNearWithTwoClasses(testCase: NearestCase) throws {
      let weight = Self.weights(classes: 1, count: 75)[0]
      let problem = try Problem(
        weight: [weight.map { _ in 0 }, weight], bias: [0, 0.1],
        images: Self.pictures(4, side: 5), side: 5, goal: { Goal(avoiding: $0) })
      try check(testCase, on: problem)
    }

    @Test(arguments: NearestCase.all)
    func comesNearWithManyClasses(testCase: NearestCase) throws {
      let problem = try Problem(
        weight: Self.weights(classes: 6, count: 108),
        bias: [Float](repeating: 0, count: 6), images: Self.pictures(5, side: 6), side: 6,
        goal: { Goal(avoiding: $0) })
      try check(testCase, on: problem)
    }

    @Test(arguments: NearestCase.all.filter { $0.norm != .l0 })
    func comesNearATarget(testCase: NearestCase) throws {
      // With two classes there is one boundary for targets as well, so the optimum is known.
      let weight = Self.weights(classes: 1, count: 75)[0]
      let problem = try Problem(
        weight: [weight.map { _ in 0 }, weight], bias: [0, 0.1],
        images: Self.pictures(3, side: 5), side: 5,
        goal: { Goal(avoiding: $0, reaching: Tensor($0.integers().map { 1 - $0 })) })
      try check(testCase, on: problem)
    }

    /// Weights that differ much, and pictures with little room where the weights are large.
    @Test(arguments: [Norm.linf, .l2, .l1])
    func fabKnowsTheBoundsOfPixels(norm: Norm) throws {
      let weight: [Float] = (0..<12).map { $0 < 6 ? 1 : 0.1 }
      let room: [Float] = (0..<12).map { $0 < 6 ? 0.05 : 0.5 }
      let images = Tensor(room.map { 1 - $0 }, shape: [1, 3, 2, 2])
      let score = zip(weight, room).map { $0 * (1 - $1) }.reduce(0, +)
      // 0.42 is missing; the large weights can give 0.3 at most.
      let model = try ProgramClassifier(
        .logisticRegression(
          weight: weight, bias: -score - 0.42, channels: 3, height: 2, width: 2))
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0])), keys: [RandomKey(seed: 0)])
      let points = try FAB().closest(batch, on: model, in: norm, enough: nil)
      // The other six coordinates give the remaining 0.12, each 0.2 at 0.1.
      let optimum =
        switch norm {
        case .linf: 0.2
        case .l2: (6 * 0.05 * 0.05 + 6 * 0.2 * 0.2).squareRoot()
        case .l1, .l0: 6 * 0.05 + 6 * 0.2
        }
      let distance = ThreatModel.perturbation(from: images, to: points, pixels: .float)
        .norm(order: norm.order, along: [1]).doubles()[0]
      #expect(distance >= optimum * (1 - 1e-5))
      #expect(distance <= 1.05 * optimum)
    }

    @Test func zeroGradientsGiveThePictureBack() throws {
      let model = try ProgramClassifier(
        .logisticRegression(
          weight: [Float](repeating: 0, count: 12), bias: -1, channels: 3, height: 2, width: 2))
      let images = Tensor.full([2, 3, 2, 2], 0.5)
      let batch = AttackBatch(
        images, toward: Goal(avoiding: Tensor([0, 0])),
        keys: [RandomKey(seed: 0), RandomKey(seed: 1)])
      for testCase in NearestCase.all {
        let points = try testCase.attack.closest(batch, on: model, in: testCase.norm, enough: nil)
        #expect(points.floats() == images.floats(), "\(testCase.testDescription)")
      }
    }

    @Test func whatIsNearEnoughCostsNoMore() throws {
      let signs = try SignsUnderAttack()
      func passes(enough: Double?) throws -> Int {
        let before = signs.model.passes.backward
        _ = try FAB(steps: 5).closest(signs.batch(), on: signs.model, in: .linf, enough: enough)
        return signs.model.passes.backward - before
      }
      let all = try passes(enough: nil)
      #expect(all == 9 * 5 * signs.labels.count)
      #expect(try passes(enough: 8.0 / 255) < all / 3)
    }

    @Test func allClassesAreNoFartherThanTheFirst() throws {
      let signs = try SignsUnderAttack()
      func distances(_ attack: FAB) throws -> [Double] {
        let points = try attack.closest(signs.batch(), on: signs.model, in: .l2, enough: nil)
        return ThreatModel.perturbation(from: signs.images, to: points, pixels: .float)
          .norm(order: 2, along: [1]).doubles()
      }
      let first = try distances(FAB(targetClasses: 1, steps: 10))
      let nine = try distances(FAB(targetClasses: 9, steps: 10))
      #expect(zip(nine, first).allSatisfy { $0 <= $1 * 1.01 })
      #expect(nine.reduce(0, +) < first.reduce(0, +))
    }

    /// Not L∞: there a random start hardly ever ends nearer within so few steps.
    @Test(arguments: [Norm.l2, .l1])
    func restartsComeFromTheKeyAndOnlyHelp(norm: Norm) throws {
      let signs = try SignsUnderAttack()
      func distances(restarts: Int, seed: UInt64) throws -> [Double] {
        let attack = FAB(
          targetClasses: 1, steps: 4, restarts: restarts, finalSearchSteps: 0)
        let points = try attack.closest(
          signs.batch(seed: seed), on: signs.model, in: norm, enough: nil)
        return ThreatModel.perturbation(from: signs.images, to: points, pixels: .float)
          .norm(order: norm.order, along: [1]).doubles()
      }
      let once = try distances(restarts: 1, seed: 1)
      let thrice = try distances(restarts: 3, seed: 1)
      #expect(zip(thrice, once).allSatisfy { $1 == 0 || $0 <= $1 })
      #expect(thrice != once)
      #expect(try distances(restarts: 3, seed: 2) != thrice)
    }
  }
}
