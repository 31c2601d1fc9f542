extension SubstituteResults {
  /// The attacks that were planned and of which the service was shown nothing.
  public var unshown: [SubstituteSetup.PlannedAttack] {
    (setup.attacks ?? []).filter { planned in !transfers.contains { $0.isOf(planned) } }
  }

  /// How many of the pictures an attack can be tried on: the service gets them right, and they are not of the class
  /// that they should be taken for.
  public func attackableCount(toward target: Int?) -> Int {
    (pictures?.looks ?? []).count { $0.canBeAttacked(toward: target) }
  }

  /// Whether the budget kept an attack from being shown at all; otherwise there was no picture to show.
  public func isBeyondBudget(_ attack: SubstituteSetup.PlannedAttack) -> Bool {
    pictures == nil || attackableCount(toward: attack.target) > 0
  }

  /// Whether there are attacks, and the budget reached for all of them.
  var isComplete: Bool {
    !transfers.isEmpty && !transfers.contains(where: \.isCutShort)
      && !unshown.contains(where: isBeyondBudget)
  }
}

extension SubstituteResults.Transfer {
  /// Whether it is what came of a planned attack.
  func isOf(_ planned: SubstituteSetup.PlannedAttack) -> Bool {
    attack == planned.attack && threat == planned.threat && target == planned.target
  }
}

extension SubstituteFolder {
  /// How many queries the attacks of a finished run may need anew, because they are to work on other models.
  ///
  /// - Parameters:
  ///   - setup: what the run is to be now.
  ///   - count: how many pictures are to be attacked.
  /// - Returns: 0 if all was not done before, or if the models are those of the results, or of a run that goes on.
  public func queriesForOtherModels(
    of setup: SubstituteSetup, attacking count: Int
  ) throws(SubstituteError) -> Int {
    guard let recorded = try recordedSetup(), recorded.differences(from: setup).isEmpty,
      !recorded.isAttacked(as: setup), let results = try? results(), results.isComplete,
      !results.setup.isAttacked(as: setup)
    else { return 0 }
    return (setup.attacks ?? []).filter { !$0.isControl }
      .map { min(count, results.attackableCount(toward: $0.target)) }.reduce(0, +)
  }
}
