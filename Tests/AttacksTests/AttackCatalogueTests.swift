import Attacks
import Foundation
import Testing
import ThreatModels

@Suite struct AttackCatalogueTests {
  @Test func everyEntryCanBeAskedForByName() throws {
    for entry in AttackCatalogue.entries {
      let attack = try AttackCatalogue.attack(entry.name.uppercased())
      #expect(attack.title == entry.attack.title && type(of: attack).norms.isEmpty == false)
    }
    let names = AttackCatalogue.entries.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func settingsAreReadIntoTheAttack() throws {
    let attack = try #require(
      AttackCatalogue.attack("pgd:steps=7,stepSize=2/255,stopsAtSuccess=false") as? PGD)
    #expect(attack == PGD(steps: 7, stepSize: 2.0 / 255, stopsAtSuccess: false))
    let towardsThree = try #require(AttackCatalogue.attack("fab-t:targetClasses=3") as? FAB)
    #expect(towardsThree == FAB(targetClasses: 3))
    let ensemble = try #require(AttackCatalogue.attack("autoattack:version=rand") as? AutoAttack)
    #expect(ensemble.version == .rand)
  }

  @Test(
    arguments: [
      "", "guess", "pgd:step=3", "pgd:steps", "pgd:steps=0", "pgd:steps=1e9", "pgd:steps=many",
      "pgd:steps=-1", "pgd:stepSize=nan", "pgd:stepSize=1/0", "fgsm:steps=1",
      "autoattack:version=best", "pgd:steps=1000001", "pgd:", "pgd:steps=3,", "pgd:stepSize=0",
      "pgd:steps=3,steps=4", "cw:learningRate=0", "fab:targetClasses=0",
    ])
  func othersAreRefused(text: String) {
    #expect(throws: CatalogueError.self) { try AttackCatalogue.attack(text) }
  }

  /// What an attack is coded as leads back to it, and to nothing that could not be asked for.
  @Test func codedSettingsLeadToTheAttack() throws {
    let texts =
      AttackCatalogue.entries.map(\.name)
      + [
        "mi-fgsm:diversity=0.5,kernel=7", "apgd-dlr:gradient=spsa,samples=4", "pgd:stepSize=2/255",
      ]
    for text in texts {
      let attack = try AttackCatalogue.attack(text)
      let coded = try JSONEncoder().encode(attack)
      let found = AttackCatalogue.attack(calling: type(of: attack).name, coded: coded)
      #expect(found.map { AnyHashable($0) } == AnyHashable(attack), "\(text)")
      #expect(found?.title == attack.title)
    }
    func attack(_ name: String, _ json: String) -> (any Attack)? {
      AttackCatalogue.attack(calling: name, coded: Data(json.utf8))
    }
    #expect(attack("RandomSignNoise", #"{"tries":1}"#) as? RandomSignNoise == RandomSignNoise())
    #expect(attack("RandomSignNoise", #"{"tries":0}"#) == nil)
    #expect(attack("RandomSignNoise", "{}") == nil && attack("DeepFool", #"{"a":1}"#) == nil)
    #expect(attack("Nobody", "{}") == nil)
  }

  /// Noise of one try asks nobody anything.
  @Test func controlsAreKnown() throws {
    let controls = AttackCatalogue.entries.filter(\.attack.isControl).map(\.name)
    #expect(controls == ["random-sign", "uniform-noise", "gaussian-noise"])
    #expect(try !AttackCatalogue.attack("random-sign:tries=9").isControl)
  }

  /// AutoAttack as its authors define it, for models with enough classes.
  @Test func autoAttackHasTheReferencesMembers() {
    func titles(_ version: AutoAttack.Version) -> [String] {
      AutoAttack(version: version).members(in: .linf, classCount: 10).map(\.title)
    }
    #expect(titles(.standard) == ["APGD-CE", "APGD-T", "FAB-T", "Square"])
    #expect(titles(.plus) == ["APGD-CE", "APGD-DLR", "FAB", "Square", "APGD-T", "FAB-T"])
    #expect(titles(.rand) == ["APGD-CE", "APGD-DLR"])
    let targeted = AutoAttack().members(in: .l2, classCount: 3)[2] as? FAB
    #expect(targeted?.targetClasses == 2)
  }
}
