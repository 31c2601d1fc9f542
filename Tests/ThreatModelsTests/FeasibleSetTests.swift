import TensorModule
import TestKit
import Testing
import ThreatModels

extension EngineTests {
  @Suite struct FeasibleSetTests {
    /// A threat model, and how far outside the points start that are brought in.
    struct Case: CustomTestStringConvertible, Sendable {
      let threat: ThreatModel
      let reach: Double
      var testDescription: String { "\(threat.budget), \(threat.pixels.rawValue), from \(reach)" }

      static let all: [Case] = {
        var cases: [Case] = []
        let epsilons: [(Norm, [String])] = [
          (.linf, ["1/255", "8/255", "7.5/255", "0.3", "1"]), (.l2, ["0.1", "0.5", "3"]),
          (.l1, ["0.02", "1", "12", "0.0313725", "7.99995px"]),
        ]
        for (norm, texts) in epsilons {
          for text in texts {
            for pixels in PixelGrid.allCases {
              for reach in [0.001, 0.05, 2] {
                guard let budget = try? PerturbationBudget(norm, epsilon: text) else { continue }
                cases.append(Case(threat: ThreatModel(budget, pixels: pixels), reach: reach))
              }
            }
          }
        }
        return cases
      }()
    }

    private static func pictures() -> Tensor {
      let generator = RandomKey(seed: 3).makeGenerator()
      // Blacks and whites too, so that clipping matters.
      let noise = Tensor.uniform([6, 3, 9, 7], in: -60...315, using: generator)
      return noise.rounded().clamped(to: 0...255) / 255
    }

    @Test(arguments: Case.all)
    func whateverComesInIsAllowedAfterwards(testCase: Case) {
      let originals = Self.pictures()
      let generator = RandomKey(seed: 4).makeGenerator()
      let points =
        originals + Tensor.normal(originals.shape, using: generator) * testCase.reach
      let set = testCase.threat.feasibleSet(around: originals)
      let realized = set.realized(points)
      #expect(testCase.threat.allows(realized, around: originals).allSatisfy { $0 })
      let continuous = ThreatModel(testCase.threat.budget, pixels: .float)
      let inside = continuous.feasibleSet(around: originals).projected(points)
      #expect(continuous.allows(inside, around: originals).allSatisfy { $0 })
    }

    @Test(arguments: Case.all)
    func allowedPointsStayWhereTheyAre(testCase: Case) {
      let originals = Self.pictures()
      let set = testCase.threat.feasibleSet(around: originals)
      #expect((set.realized(originals) .== originals).allTrue())
      let generator = RandomKey(seed: 4).makeGenerator()
      let once = set.realized(originals + Tensor.normal(originals.shape, using: generator))
      let change = (set.realized(once) - once).magnitude().max().scalar()
      #expect(change < 1e-6)
    }

    /// Cutting down to whole steps alone would be allowed too; rounding must keep most of the budget.
    @Test(arguments: [("0.5", Norm.l2), ("3", .l2), ("6", .l1)])
    func roundingKeepsTheBudget(epsilon: String, norm: Norm) throws {
      let threat = ThreatModel(try PerturbationBudget(norm, epsilon: epsilon))
      let originals = Self.pictures()
      let generator = RandomKey(seed: 8).makeGenerator()
      let direction = Tensor.normal(originals.shape, using: generator)
      let set = threat.feasibleSet(around: originals)
      let continuous = ThreatModel(threat.budget, pixels: .float)
      let wanted = continuous.distance(
        from: originals, to: set.projected(originals + direction))
      let used = threat.distance(from: originals, to: set.realized(originals + direction))
      #expect(zip(used, wanted).allSatisfy { $0 > 0.97 * $1 })
    }

    @Test func tellsWhatIsNotAllowed() throws {
      let threat = ThreatModel(try PerturbationBudget(.linf, epsilon: "2/255"))
      let original = Tensor.full([1, 1, 2, 2], 128.0 / 255)
      func allows(_ values: [Float]) -> Bool {
        threat.allows(Tensor(values, shape: [1, 1, 2, 2]), around: original)[0]
      }
      let pixel: (Float) -> Float = { $0 / 255 }
      #expect(allows([pixel(130), pixel(126), pixel(128), pixel(128)]))
      #expect(!allows([pixel(131), pixel(128), pixel(128), pixel(128)]))
      #expect(!allows([pixel(128.5), pixel(128), pixel(128), pixel(128)]))
      #expect(!allows([.nan, pixel(128), pixel(128), pixel(128)]))
      #expect(throws: ThreatModelError.originalOffGrid) {
        try threat.requireOriginals(Tensor.full([1, 1, 2, 2], 0.3))
      }
    }

    /// The projection onto the L1 ball against the definition: no allowed point is nearer.
    @Test func projectionOntoTheL1BallIsTheNearestPoint() throws {
      let budget = try PerturbationBudget(.l1, epsilon: "0.2")
      let originals = Tensor.full([1, 1, 2, 2], 0.5)
      let offsets: [Float] = [0.3, -0.2, 0.05, 0.01]
      let points = originals + Tensor(offsets, shape: [1, 1, 2, 2])
      let set = ThreatModel(budget, pixels: .float).feasibleSet(around: originals)
      let found = (set.projected(points) - originals).floats()
      // Soft thresholding by θ = 0.15: (0.15, −0.05, 0, 0).
      let expected: [Float] = [0.15, -0.05, 0, 0]
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }
}
