public import Evaluation
public import Imaging
import Mustache
public import Oracles
public import ThreatModels

/// A page about an attack on a service: how many queries it took, and what the service could have noticed.
///
/// The page is one HTML file that loads nothing and runs no script.
public struct OracleAttackPage: Sendable {
  /// How many pictures the gallery shows at most; fooled ones come first.
  public static let galleryLimit = 24

  /// One picture.
  public struct Sample: Sendable {
    /// A name unique in the run.
    public var name: String
    /// The true class, and the class that the service was fooled into, if it was.
    public var labelName: String
    /// What the service took the result for; nothing if it was not asked.
    public var adversarialName: String?
    /// What became of the picture.
    public var outcome: Outcome
    /// How far it was moved; nothing if it was not attacked.
    public var distances: Distances?
    /// Different pictures that the service was asked about for this one.
    public var queries: Int
    /// How many of them it took; nothing if the service was not fooled.
    public var queriesToSuccess: Int?

    /// A picture.
    public init(
      name: String, labelName: String, adversarialName: String?, outcome: Outcome,
      distances: Distances?, queries: Int, queriesToSuccess: Int?
    ) {
      self.name = name
      self.labelName = labelName
      self.adversarialName = adversarialName
      self.outcome = outcome
      self.distances = distances
      self.queries = queries
      self.queriesToSuccess = queriesToSuccess
    }
  }

  /// Where the pictures of a sample are: the original and the result; nothing if they were not kept.
  public typealias PictureSource = (_ name: String) -> (original: Picture, adversarial: Picture)?

  /// The service, for people.
  public var service: String
  /// The attack's title.
  public var attack: String
  /// The budget and the grid.
  public var threat: ThreatModel
  /// The pictures in their order.
  public var samples: [Sample]
  /// Success against queries.
  public var curve: SuccessCurve
  /// Queries that may have to be paid for, those of earlier runs with the journal among them.
  public var queries: Int
  /// What they cost, in words; nothing if no price is known.
  public var cost: String?
  /// Pictures that the budget did not reach.
  public var picturesLeft: Int
  /// What the service could have noticed.
  public var pattern: QueryPattern
  /// The command line that makes the same results again, without secrets.
  public var command: String
  /// All that was chosen, as names with values.
  public var settings: [Gallery.Setting]

  /// A page.
  public init(
    service: String, attack: String, threat: ThreatModel, samples: [Sample], curve: SuccessCurve,
    queries: Int, cost: String?, picturesLeft: Int, pattern: QueryPattern, command: String,
    settings: [Gallery.Setting]
  ) {
    self.service = service
    self.attack = attack
    self.threat = threat
    self.samples = samples
    self.curve = curve
    self.queries = queries
    self.cost = cost
    self.picturesLeft = picturesLeft
    self.pattern = pattern
    self.command = command
    self.settings = settings
  }

  /// The page, ready to be written in UTF-8.
  public func html(pictures: PictureSource) -> String {
    OracleAttackTemplate.template.render(OracleAttackView(self, pictures: pictures))
  }
}

extension OracleAttackPage {
  /// The outcome in one sentence.
  public var verdict: String {
    guard curve.attacked > 0 else {
      return "No picture was attacked: \(queries.of("query", "queries")) were asked."
    }
    let head =
      "\(attack) fooled the service on \(curve.fooled.grouped) of "
      + "\(curve.attacked.of("attacked picture")) with \(queries.of("query", "queries")) in all"
    guard let median = curve.medianQueries else { return head + "." }
    return head + "; half of these took \(median.of("query", "queries")) or fewer."
  }

  /// Success against queries: a staircase.
  var chart: LineChart? {
    guard curve.attacked > 0 else { return nil }
    let last = max(samples.map(\.queries).max() ?? 0, curve.steps.last?.queries ?? 0, 2)
    func point(_ queries: Int, _ fooled: Int) -> LineChart.Point {
      Proportion(fooled, of: curve.attacked).point(at: Double(queries))
    }
    var points = [point(1, 0)]
    var fooled = 0
    for step in curve.steps {
      points.append(point(step.queries, fooled))
      fooled = step.fooled
      points.append(point(step.queries, fooled))
    }
    points.append(point(last, fooled))
    return LineChart(
      title: "Success against queries",
      summary:
        "The share of the attacked pictures that were fooled within so many queries about each, "
        + "with 95 % intervals as a band. Pictures on which the attack ended sooner count as not "
        + "fooled from there on.",
      horizontalAxis: .init(
        "queries about one picture", scale: .logarithmic, range: 1...Double(last)),
      verticalAxis: .init("fooled", notation: .percentage, range: 0...1),
      series: [.init(attack, points: points, hasMarkers: false)])
  }
}
