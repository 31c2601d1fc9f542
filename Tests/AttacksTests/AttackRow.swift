import Attacks
import Testing
import ThreatModels

/// One attack of the table: a new attack joins all shared tests with one line here.
struct AttackRow: CustomTestStringConvertible, Sendable {
  let attack: any Attack
  let norms: [Norm]
  let isRandom: Bool
  var testDescription: String { "\(attack)" }

  init(_ attack: any Attack, isRandom: Bool = false) {
    self.attack = attack
    norms = Norm.allCases.filter(type(of: attack).norms.contains)
    self.isRandom = isRandom
  }

  /// A threat model that the attack knows.
  var threat: ThreatModel { ThreatModel(AttackCase.budget(norms[0])) }

  static let all = [
    AttackRow(FGSM()),
    AttackRow(BIM()),
    AttackRow(PGD(steps: 5, restarts: 2), isRandom: true),
    AttackRow(PGD(steps: 5, startsRandomly: false)),
    AttackRow(PGD(steps: 3, restarts: 2, stopsAtSuccess: false), isRandom: true),
    AttackRow(SquareAttack(queries: 6, restarts: 2), isRandom: true),
    AttackRow(SimBA(queries: 16), isRandom: true),
    AttackRow(SimBA(queries: 10, stepSize: 0.5, basis: .dct), isRandom: true),
    AttackRow(
      EstimatedGradientAttack(PGD(steps: 2), by: GradientEstimate(.nes, samples: 3)), isRandom: true
    ),
    AttackRow(
      EstimatedGradientAttack(MIFGSM(steps: 2), by: GradientEstimate(.spsa, samples: 3)),
      isRandom: true),
    AttackRow(
      HopSkipJump(iterations: 2, initialEvaluations: 30, startTries: 10), isRandom: true),
    AttackRow(BoundaryAttack(steps: 12, startTries: 10), isRandom: true),
    AttackRow(RayS(queries: 25)),
    AttackRow(UniformNoise(), isRandom: true),
    AttackRow(GaussianNoise(tries: 2), isRandom: true),
    AttackRow(RandomSignNoise(tries: 2), isRandom: true),
    AttackRow(MIFGSM()),
    AttackRow(MIFGSM(steps: 5)),
    AttackRow(NIFGSM(steps: 5, stopsAtSuccess: false)),
    AttackRow(
      TransferAttack(MIFGSM(steps: 2), with: TransferSettings(diversity: 0.7, kernel: 3)),
      isRandom: true),
    AttackRow(TransferAttack(NIFGSM(steps: 3), with: TransferSettings(kernel: 5))),
    AttackRow(APGD(steps: 8, restarts: 1), isRandom: true),
    AttackRow(APGD(loss: .dlr, steps: 5, restarts: 2), isRandom: true),
    AttackRow(APGD(loss: .targetedDLR, steps: 5, targetClasses: 2), isRandom: true),
    AttackRow(DeepFool(steps: 10)),
    AttackRow(FAB(targetClasses: 2, steps: 5)),
    AttackRow(FAB(targetClasses: nil, steps: 3)),
    AttackRow(FMN(steps: 20)),
    AttackRow(CarliniWagner(searchSteps: 2, steps: 20, initialConstant: 1)),
    AttackRow(DDN(steps: 20)),
    AttackRow(EAD(searchSteps: 2, steps: 20, initialConstant: 1)),
    AttackRow(JSMA()),
  ]
}

/// One attack under one threat model.
struct AttackCase: CustomTestStringConvertible, Sendable {
  let row: AttackRow
  let threat: ThreatModel
  var testDescription: String { "\(row.attack), \(threat.budget), \(threat.pixels.rawValue)" }

  /// Every attack in every norm that it knows, on the grid and off it.
  static let all: [AttackCase] = AttackRow.all.flatMap { row in
    row.norms.flatMap { norm in
      PixelGrid.allCases.map { pixels in
        AttackCase(row: row, threat: ThreatModel(budget(norm), pixels: pixels))
      }
    }
  }

  /// A budget of each norm under which the shipped model falls for some pictures but not for all.
  fileprivate static func budget(_ norm: Norm) -> PerturbationBudget {
    let epsilon =
      switch norm {
      case .linf: "2.5/255"
      case .l2: "0.5"
      case .l1: "12"
      case .l0: "100"
      }
    do {
      return try PerturbationBudget(norm, epsilon: epsilon)
    } catch {
      fatalError("\(error)")
    }
  }
}
