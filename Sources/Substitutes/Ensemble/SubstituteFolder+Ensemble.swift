import Foundation
import ProgramFormats
import ProgramIR

extension SubstituteFolder {
  /// The folder with the models that learned beside the substitute.
  static let ensembleName = "ensemble"

  /// Keeps the weights of a model of the ensemble and then what came of it.
  ///
  /// - Parameter place: its number, from 0.
  func keep(
    _ member: SubstituteMember, weights: Program, at place: Int
  ) throws(SubstituteError) {
    let folder = "\(path)/\(Self.ensembleName)"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(folder, error.localizedDescription)
    }
    // A record beside weights that are not its own would be believed after a crash.
    try? FileManager.default.removeItem(atPath: recordPath(ofMember: place))
    try write(weights, to: weightsPath(ofMember: place))
    try write(json: member, to: recordPath(ofMember: place))
  }

  /// Deletes the models of an ensemble that had more of them.
  ///
  /// - Parameter count: how many the ensemble has.
  func removeMembers(besides count: Int) {
    let files = FileManager.default
    var place = count
    while [recordPath(ofMember: place), weightsPath(ofMember: place)].contains(
      where: files.fileExists)
    {
      try? files.removeItem(atPath: recordPath(ofMember: place))
      try? files.removeItem(atPath: weightsPath(ofMember: place))
      place += 1
    }
  }

  /// What came of a model of the ensemble; nothing if it has not learned yet.
  func member(_ place: Int) throws(SubstituteError) -> SubstituteMember? {
    let path = recordPath(ofMember: place)
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let member = try? JSONDecoder().decode(SubstituteMember.self, from: data) else {
      throw .damaged(path, "it does not say what has learned")
    }
    return member
  }

  /// A model of the ensemble as it was kept.
  func weights(ofMember place: Int) throws(SubstituteError) -> Program {
    try program(at: weightsPath(ofMember: place))
  }

  func weightsPath(ofMember place: Int) -> String { "\(stem(ofMember: place)).pt2" }

  private func recordPath(ofMember place: Int) -> String { "\(stem(ofMember: place)).json" }

  private func stem(ofMember place: Int) -> String {
    "\(path)/\(Self.ensembleName)/\(place + 1)"
  }
}
