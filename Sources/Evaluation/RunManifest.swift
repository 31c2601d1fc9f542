public import Attacks
import Foundation
public import ThreatModels

/// What a run folder says of itself in `run.json`: enough to check and to repeat the run.
public struct RunManifest: Hashable, Codable, Sendable {
  /// The model under test.
  public struct Model: Hashable, Codable, Sendable {
    /// The path as the user gave it, made absolute.
    public var path: String
    /// The SHA-256 digest of the file in hexadecimal.
    public var sha256: String
    /// What was done to pixels first, and what the outputs are, in the command's own words.
    public var options: [String: String]

    /// A model.
    public init(path: String, sha256: String, options: [String: String] = [:]) {
      self.path = path
      self.sha256 = sha256
      self.options = options
    }
  }

  /// The attack by name, with its settings.
  public struct AttackSettings: Hashable, Codable, Sendable {
    /// The name of the literature.
    public var name: String
    /// The settings as JSON.
    public var settings: JSONValue

    /// The description of an attack.
    public init(of attack: any Attack) {
      name = type(of: attack).name
      let json = try? JSONEncoder().encode(attack)
      settings = json.flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) } ?? .null
    }

    /// The attack of the catalogue that this describes; nothing if there is none.
    public var attack: (any Attack)? {
      let json = try? JSONEncoder().encode(settings)
      let attack = json.flatMap { AttackCatalogue.attack(calling: name, coded: $0) }
      return attack.flatMap { Self(of: $0) == self ? $0 : nil }
    }
  }

  /// The version of this format.
  public var formatVersion = 1
  /// The version of libtorch that computed the results.
  public var engineVersion: String
  /// The model under test.
  public var model: Model
  /// The attack.
  public var attack: AttackSettings
  /// The budget and the grid.
  public var threat: ThreatModel
  /// What was asked for.
  public var objective: Objective
  /// Where all randomness came from.
  public var seed: UInt64
  /// The names of the classes, if they are known.
  public var classNames: [String]?
  /// The four counts.
  public var counts: Counts
  /// Every sample.
  public var samples: [SampleRecord]

  /// A manifest.
  public init(
    of trial: Trial, model: Model, engineVersion: String, classNames: [String]?,
    samples: [SampleRecord]
  ) {
    self.engineVersion = engineVersion
    self.model = model
    attack = AttackSettings(of: trial.attack)
    threat = trial.threat
    objective = trial.objective
    seed = trial.seed
    self.classNames = classNames
    self.samples = samples
    counts = Counts(of: samples.map(\.outcome))
  }
}
