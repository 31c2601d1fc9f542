import Attacks
import Defenses
import Testing
import ThreatModels
import Training

@Suite struct MethodCatalogueTests {
  private static func context(
    attack: (any WhiteBoxAttack)? = nil, norm: Norm = .linf
  ) throws -> MethodContext {
    MethodContext(budget: try PerturbationBudget(norm, epsilon: "1"), attack: attack)
  }

  @Test func everyEntryCanBeAskedForByName() throws {
    for entry in MethodCatalogue.entries where !entry.needs.contains(.staticModels) {
      let method = try MethodCatalogue.method(entry.name.uppercased(), in: Self.context())
      #expect(type(of: method).name == entry.name && !entry.summary.isEmpty)
    }
    let names = MethodCatalogue.entries.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func settingsAreReadIntoTheMethod() throws {
    let pgd = try #require(
      MethodCatalogue.method("pgd:steps=3,stepSize=2/255", in: Self.context())
        as? AdversarialTraining)
    #expect(pgd.adversary.attack as? PGD == PGD(steps: 3, stepSize: 2.0 / 255))
    #expect(pgd.adversary.threat.pixels == .float)
    let mixture = try #require(
      MethodCatalogue.method("fgsm-mixture:alpha=0.3", in: Self.context()) as? FGSMMixture)
    #expect(mixture.alpha == 0.3 && mixture.adversary.attack is FGSM)
    let entry = try #require(MethodCatalogue.entries.first { $0.name == "pgd" })
    #expect(entry.settings == "steps=7, stepSize=auto")
  }

  @Test func anotherAttackTakesThePlaceOfTheOwn() throws {
    let budget = try PerturbationBudget(.l2, epsilon: 1)
    let context = try MethodContext(budget: budget, attackNamed: "mi-fgsm:steps=4")
    let method = try MethodCatalogue.method("pgd", in: context) as? AdversarialTraining
    #expect(method?.adversary.attack as? MIFGSM == MIFGSM(steps: 4))
    #expect(method?.adversary.threat.budget == budget)
    for text in ["square", "cw", "nothing"] {
      #expect(throws: CatalogueError.self) { try MethodContext(budget: budget, attackNamed: text) }
    }
  }

  @Test(
    arguments: [
      "", "guess", "pgd:step=3", "pgd:steps", "pgd:steps=0", "pgd:stepSize=0",
      "pgd:steps=1,steps=2",
      "fgsm-mixture:alpha=2", "standard:smoothing=1.5", "fast:steps=3", "kurakin:direction=up",
      "kurakin:share=2", "kurakin:share=1,lambda=0", "n-fgsm:noise=0", "fast-advprop:share=1",
      "free:replays=0", "awp:on=free", "awp:on=nothing", "advprop:strengths=17",
      "advprop:attacks=square", "advprop:attacks=fgsm+pgd,strengths=2", "advprop:target=label",
      "ensemble", "gaussian:sigma=-1", "gaussian:sigma=0", "trades:beta=-6", "mart:lambda=-6",
      "awp:gamma=-1", "awp:warmUp=-1", "kurakin:lambda=-1", "kurakin:share=0.5,lambda=-1",
    ])
  func othersAreRefused(text: String) {
    #expect(throws: CatalogueError.self) {
      try MethodCatalogue.method(text, in: Self.context())
    }
  }

  @Test func whatAMethodHasNoUseForIsRefused() throws {
    let withAttack = try Self.context(attack: BIM())
    for text in ["standard", "fast", "pgd:steps=3"] {
      #expect(throws: CatalogueError.self) { try MethodCatalogue.method(text, in: withAttack) }
    }
    #expect(throws: CatalogueError.self) {
      try MethodCatalogue.method("pgd", in: Self.context(norm: .l0))
    }
    #expect(throws: CatalogueError.self) {
      try MethodCatalogue.method("kurakin", in: Self.context(norm: .l2))
    }
    #expect(try MethodCatalogue.method("standard", in: Self.context(norm: .l0)) is StandardTraining)
  }

  /// Balls that no picture fits into, or that hold next to nothing, trap nowhere.
  @Test func anyBudgetWillDo() throws {
    for (norm, epsilon) in [(Norm.l2, 1e9), (.l2, 1e-300), (.linf, 1), (.linf, 1e-300)] {
      let budget = try PerturbationBudget(norm, epsilon: epsilon)
      for entry in MethodCatalogue.entries {
        _ = try? MethodCatalogue.method(entry.name, in: MethodContext(budget: budget))
      }
    }
  }
}
