public import Attacks
public import ThreatModels

/// The attacks of an evaluation in the order in which they run, each with the budgets it works under.
public struct EvaluationPlan: Sendable {
  /// One attack with the budgets that it knows how to keep.
  public struct Line: Sendable {
    /// The attack.
    public let attack: any Attack
    /// The ensemble that it is a member of.
    public let ensemble: String?
    /// The numbers of its budgets in the setup.
    public let threats: [Int]
    /// The lines of the same ensemble that come before it, whose successes it need not repeat.
    let predecessors: Range<Int>
    /// Whether the line stands for what the sanity checks find, which no unit of work looks for.
    var isSanityCheck: Bool { attack is SanityAttacks }

    /// The name for people; with the settings that tell it from others of that name.
    public internal(set) var name: String
  }

  /// The attacks.
  public private(set) var lines: [Line] = []

  /// A plan.
  ///
  /// - Parameters:
  ///   - attacks: ensembles are taken apart into their members.
  ///   - threats: the budgets and grids.
  ///   - classCount: how many classes the model has.
  /// - Throws: ``TrialError`` when an attack knows none of the norms, no attack knows one of them, or a
  ///   budget allows no change.
  public init(
    _ attacks: [any Attack], under threats: [ThreatModel], classCount: Int
  ) throws(TrialError) {
    for threat in threats {
      do {
        try threat.requireRoom()
      } catch {
        throw .threat(error)
      }
    }
    for attack in attacks {
      let known = type(of: attack).norms
      let suitable = threats.indices.filter { known.contains(threats[$0].budget.norm) }
      if suitable.isEmpty, let norm = threats.first?.budget.norm {
        throw .norm(norm, attack: type(of: attack).name, known: known)
      }
      guard let ensemble = attack as? any AttackEnsemble else {
        add(attack, ensemble: nil, threats: suitable, first: lines.count)
        continue
      }
      for norm in Norm.allCases {
        let ofNorm = suitable.filter { threats[$0].budget.norm == norm }
        if ofNorm.isEmpty { continue }
        let first = lines.count
        for member in ensemble.members(in: norm, classCount: classCount) {
          add(member, ensemble: type(of: attack).name, threats: ofNorm, first: first)
        }
      }
    }
    distinguishNames()
    let covered = Set(lines.flatMap(\.threats))
    if let bare = threats.indices.first(where: { !covered.contains($0) }) {
      throw .noAttack(threats[bare].budget.norm)
    }
  }

  /// The plan that a setup asks for.
  ///
  /// - Throws: ``CatalogueError`` or ``TrialError``.
  public init(for setup: EvaluationSetup) throws {
    try self.init(
      setup.attacks.map { try AttackCatalogue.attack($0.text) }, under: setup.threats,
      classCount: setup.classCount)
    guard setup.checksSanity, let threat = setup.threatForChecks else { return }
    add(SanityAttacks(), ensemble: nil, threats: [threat], first: lines.count)
  }

  /// The line that stands for what the sanity checks find, which is the last one.
  var sanityUnit: Unit? {
    guard let line = lines.last, line.isSanityCheck else { return nil }
    return Unit(line: lines.count - 1, threat: line.threats[0])
  }

  private mutating func add(_ attack: any Attack, ensemble: String?, threats: [Int], first: Int) {
    lines.append(
      Line(
        attack: attack, ensemble: ensemble, threats: threats, predecessors: first..<lines.count,
        name: attack.title))
  }

  /// Adds to names that occur more than once under a budget what tells them apart.
  private mutating func distinguishNames() {
    let settings = lines.map { RunManifest.AttackSettings(of: $0.attack).settings.members }
    let plain = lines
    for index in plain.indices {
      let namesakes = plain.indices.filter {
        plain[$0].name == plain[index].name && plain[$0].ensemble == plain[index].ensemble
          && settings[$0] != settings[index]
          && !Set(plain[$0].threats).isDisjoint(with: plain[index].threats)
      }
      let telling = settings[index].filter { setting in
        namesakes.contains { settings[$0][setting.key] != setting.value }
      }
      if telling.isEmpty { continue }
      let words = telling.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
      lines[index].name += " (\(words.joined(separator: ", ")))"
    }
  }

  /// Every attack under each of its budgets, in the order of the results.
  var columns: [(line: Int, threat: Int)] {
    lines.indices.flatMap { line in lines[line].threats.map { (line, $0) } }
  }

  /// One attack with the first of the budgets that it serves at once.
  struct Unit: Hashable {
    let line: Int
    let threat: Int
  }

  /// What is done with each batch of pictures.
  func units(under threats: [ThreatModel]) -> Set<Unit> {
    Set(
      lines.indices.flatMap { line in
        lines[line].units(under: threats).map { Unit(line: line, threat: $0[0]) }
      })
  }
}

extension EvaluationPlan.Line {
  /// The budgets that are served by one run of the attack: all of one norm and grid if it looks for the
  /// nearest example, one otherwise; none for the sanity checks.
  func units(under all: [ThreatModel]) -> [[Int]] {
    if isSanityCheck { return [] }
    guard ensemble == nil, type(of: attack).minimizesNorm else { return threats.map { [$0] } }
    var units: [[Int]] = []
    for threat in threats {
      let isSame = { (unit: [Int]) in
        all[unit[0]].budget.norm == all[threat].budget.norm
          && all[unit[0]].pixels == all[threat].pixels
      }
      if let index = units.firstIndex(where: isSame) {
        units[index].append(threat)
      } else {
        units.append([threat])
      }
    }
    return units
  }
}
