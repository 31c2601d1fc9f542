public import TensorModule
public import ThreatModels

/// A random walk along the boundary of the goal's region towards the original.
///
/// Each step draws a direction, keeps its part at right angles to the way to the original, goes along it
/// on the sphere around the original, and then a little inwards. A point that reaches the goal nearer to
/// the original is kept. Every tenth step also asks about the point on the sphere; from such answers both
/// lengths are adapted, so that about half the points on the sphere and a fair part of those further in
/// reach the goal. Without a start that reaches the goal the picture is returned as it is.
///
/// The lengths and their adaptation are those of the authors' implementation, which takes 25,000 steps.
///
/// Brendel, Rauber and Bethge 2018, “Decision-based adversarial attacks: reliable attacks against
/// black-box machine learning models”.
public struct BoundaryAttack: DecisionBasedAttack {
  /// Boundary.
  public static let name = "Boundary"
  /// L2 alone.
  public static let norms: Set<Norm> = [.l2]
  /// It begins at the starts, or tries them.
  public static let usesStarts = true

  /// How many steps.
  public var steps: Int
  /// The first length of a step on the sphere, as a share of the distance.
  public var sphericalStep: Double
  /// The first length of a step inwards, as a share of the distance; a picture whose steps have become
  /// shorter than 10⁻⁷ is finished.
  public var sourceStep: Double
  /// The factor by which lengths grow and shrink.
  public var stepAdaptation: Double
  /// How many random pictures are tried for a start.
  public var startTries: Int

  /// Positive steps that adapt by a factor above 1.
  public var hasUsableSettings: Bool {
    sphericalStep > 0 && sourceStep > 0 && stepAdaptation > 1
  }

  /// The attack.
  ///
  /// - Precondition: all numbers are positive, and the factor is above 1.
  public init(
    steps: Int = 5000, sphericalStep: Double = 0.01, sourceStep: Double = 0.01,
    stepAdaptation: Double = 1.5, startTries: Int = 100
  ) {
    precondition(steps > 0 && startTries > 0, "\(steps) steps, \(startTries) tries")
    precondition(
      sphericalStep > 0 && sourceStep > 0 && stepAdaptation > 1,
      "steps of \(sphericalStep) and \(sourceStep) that adapt by \(stepAdaptation)")
    self.steps = steps
    self.sphericalStep = sphericalStep
    self.sourceStep = sourceStep
    self.stepAdaptation = stepAdaptation
    self.startTries = startTries
  }

  /// Walks from the nearest point to the nearest point.
  public func closest(
    _ batch: AttackBatch, on model: any LabelOracle, in norm: Norm, enough: Double?
  ) throws(OracleError) -> Tensor {
    let generators = batch.keys.map { $0.part(Self.name).makeGenerator() }
    var boundary = BoundaryPoints(of: batch, on: model, in: norm, enough: enough)
    try OracleError.endingWithBudget { () throws(OracleError) in
      try boundary.findStarts(using: generators, tries: startTries)
      try approach(&boundary, using: generators)
    }
    return boundary.nearest
  }

  /// Walks until every picture is near enough.
  private func approach(
    _ boundary: inout BoundaryPoints, using generators: [Generator]
  ) throws(OracleError) {
    let shape = Array(boundary.originals.shape.dropFirst())
    // Directions are drawn for many steps at once: as many as fit into a megabyte for each picture.
    let atOnce = max(1, 250_000 / shape.reduce(1, *))
    var trust = generators.map { _ in
      TrustRegion(spherical: sphericalStep, source: sourceStep, factor: stepAdaptation)
    }
    for start in stride(from: 0, to: steps, by: atOnce) {
      let drawn = boundary.open.filter { !trust[$0].hasConverged }
      if drawn.isEmpty { break }
      let size = min(atOnce, steps - start)
      let directions = Tensor.stacked(
        drawn.map { Tensor.normal([size] + shape, using: generators[$0]) }
      ).transposed(0, 1)
      for step in 0..<size {
        let open = Set(boundary.open)
        let kept = drawn.indices.filter {
          open.contains(drawn[$0]) && !trust[drawn[$0]].hasConverged
        }
        if kept.isEmpty { break }
        try walk(
          along: directions[step].rows(kept), rows: kept.map { drawn[$0] }, &boundary,
          trusting: &trust, looksAtSphere: (start + step) % 10 == 0)
      }
    }
  }

  /// One step of some pictures.
  private func walk(
    along noise: Tensor, rows: [Int], _ boundary: inout BoundaryPoints,
    trusting trust: inout [TrustRegion], looksAtSphere: Bool
  ) throws(OracleError) {
    func perRow(_ values: [Double]) -> Tensor {
      Tensor(values.map(Float.init), shape: [rows.count]).broadcastPerSample(rank: noise.rank)
    }
    let originals = boundary.originals.rows(rows)
    let outwards = boundary.nearest.rows(rows) - originals
    let distances = length(of: outwards)
    let unit = outwards / distances
    let across =
      noise - unit * (noise * unit).sum(along: [1, 2, 3], keepingDimensions: true)
    let spherical = rows.map { trust[$0].spherical }
    let turned =
      outwards + across * (distances / length(of: across)) * perRow(spherical)
    let shrinking = spherical.map { 1 / ($0 * $0 + 1).squareRoot() }
    let sphere = (originals + turned * perRow(shrinking)).clamped(to: 0...1)
    // Clipping to [0, 1] may have led inwards already, which counts.
    let radii = length(of: sphere - originals)
    let wanted = distances * perRow(rows.map { 1 - trust[$0].source })
    let inner = originals + (sphere - originals) * (wanted.minimum(radii) / radii)
    let onSphere = looksAtSphere ? try boundary.ask(about: sphere, rows: rows) : []
    let reached = try boundary.ask(about: inner.clamped(to: 0...1), rows: rows)
    guard looksAtSphere else { return }
    for (index, row) in rows.enumerated() {
      trust[row].note(sphere: onSphere[index], inside: reached[index])
    }
  }

  private func length(of changes: Tensor) -> Tensor {
    changes.norm(order: 2, along: [1, 2, 3], keepingDimensions: true).maximum(.full([], 1e-12))
  }
}

/// The lengths of the boundary attack's steps for one picture, adapted to how often they succeed.
private struct TrustRegion {
  private(set) var spherical: Double
  private(set) var source: Double
  private let factor: Double
  private var onSphere: [Bool] = []
  private var inside: [Bool] = []

  init(spherical: Double, source: Double, factor: Double) {
    self.spherical = spherical
    self.source = source
    self.factor = factor
  }

  /// Whether steps inwards have become too short to matter.
  var hasConverged: Bool { source < 1e-7 }

  /// Takes note of whether a point on the sphere, and the one further in, reach the goal.
  mutating func note(sphere reachedOnSphere: Bool, inside reachedInside: Bool) {
    onSphere.append(reachedOnSphere)
    if reachedOnSphere { inside.append(reachedInside) }
    if let factor = adaptation(of: &onSphere, after: 100, growsAbove: 0.5, shrinksBelow: 0.2) {
      spherical *= factor
      source *= factor
    }
    if let factor = adaptation(of: &inside, after: 30, growsAbove: 0.25, shrinksBelow: 0.1) {
      source *= factor
    }
  }

  /// The factor that the last answers call for, if there are enough of them; they are then forgotten.
  private func adaptation(
    of answers: inout [Bool], after count: Int, growsAbove upper: Double, shrinksBelow lower: Double
  ) -> Double? {
    guard answers.count >= count else { return nil }
    let share = Double(answers.count { $0 }) / Double(answers.count)
    answers.removeAll()
    return share > upper ? factor : share < lower ? 1 / factor : nil
  }
}
