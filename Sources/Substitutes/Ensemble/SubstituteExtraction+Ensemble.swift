public import Attacks
import ProgramRuntime
import ThreatModels

extension SubstituteExtraction {
  /// Lets further models learn from what was asked, without a query, and takes them and the substitute as one.
  ///
  /// Each learns once, as the substitute does in a round that begins anew. Those in the folder that have learned
  /// from all of these pictures are taken from there.
  ///
  /// - Parameters:
  ///   - starts: what they begin as.
  ///   - fusion: what is averaged.
  ///   - isStopWanted: asked after each batch.
  ///   - report: told what is going on.
  /// - Returns: nothing if it was stopped; what has learned by then is kept.
  /// - Throws: ``SubstituteError``, `ProgramError` when a model cannot learn, `EngineError` when one is for other
  ///   pictures or classes, `TrainingError`, or what `report` throws.
  /// - Precondition: ``run(asking:keeping:stopping:reporting:)`` has come to its end.
  public func ensemble(
    with starts: [SubstituteStart], averaging fusion: ClassifierEnsemble.Fusion = .logits,
    stopping isStopWanted: () -> Bool = { false },
    reporting report: (SubstituteEnsemble.Progress) throws -> Void = { _ in }
  ) throws -> SubstituteEnsemble? {
    precondition(lessons.pictures.count == rounds.last?.pictures, "the rounds are not over")
    let kept = try starts.indices.map { place in
      try folder?.member(place).flatMap {
        $0.hasLearned(as: starts[place].recorded, from: lessons.pictures.count) ? $0 : nil
      }
    }
    let models = try starts.indices.map { place in
      let learned = try kept[place] == nil ? nil : folder?.weights(ofMember: place)
      return try TrainableClassifier(
        learned ?? starts[place].program, normalization: starts[place].normalization)
    }
    let all = try ClassifierEnsemble(
      of: [classifier] + models.map { $0.attackable() }, averaging: fusion)
    var members: [SubstituteMember] = []
    for (place, model) in models.enumerated() {
      let member =
        try kept[place].map { try checked($0, model, at: place) }
        ?? learned(model, starts[place].recorded, at: place, isStopWanted, report)
      guard let member else { return nil }
      members.append(member)
    }
    folder?.removeMembers(besides: starts.count)
    let agreement = try lessons.agreement(of: all)
    return SubstituteEnsemble(
      classifier: all,
      results: .init(members: members, learned: agreement.learned, agreement: agreement.heldOut))
  }

  /// What the folder says of a model, which must be true of its weights.
  private func checked(
    _ member: SubstituteMember, _ model: TrainableClassifier, at place: Int
  ) throws -> SubstituteMember {
    let found = try lessons.agreement(of: model.attackable())
    guard found.isNear(learned: member.learned, heldOut: member.agreement) else {
      throw SubstituteError.damaged(
        folder?.weightsPath(ofMember: place) ?? "", "it is not the model that had learned")
    }
    return member
  }

  /// Trains a model and keeps it; nothing if it was stopped.
  private func learned(
    _ model: TrainableClassifier, _ recorded: SubstituteSetup.Model, at place: Int,
    _ isStopWanted: () -> Bool, _ report: (SubstituteEnsemble.Progress) throws -> Void
  ) throws -> SubstituteMember? {
    let clock = ContinuousClock.now
    let isDone = try train(model, inRound: rounds.count - 1, stopping: isStopWanted) {
      try report(.learning(recorded, done: $0, of: $1))
    }
    guard isDone else { return nil }
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    let agreement = try lessons.agreement(of: model.attackable())
    let member = SubstituteMember(
      model: recorded, pictures: lessons.pictures.count, learned: agreement.learned,
      agreement: agreement.heldOut, seconds: seconds)
    try folder?.keep(member, weights: model.weights.program(), at: place)
    try report(.finished(member))
    return member
  }
}
