import Attacks
import Datasets
import Evaluation
import Imaging
import TensorModule
import ThreatModels

extension SubstituteVerification {
  /// The attack that a transfer says it is.
  ///
  /// - Returns: nothing if there is no such attack; that is taken down.
  mutating func trial(
    of transfer: SubstituteResults.Transfer, _ place: String, seed: UInt64
  ) -> TransferTrial? {
    if transfer.target == nil, transfer.targetName != nil {
      note(place, "a target has a name, and there is no target")
    }
    guard let attack = transfer.attack.attack,
      let trial = try? TransferTrial(
        attack, within: transfer.threat, target: transfer.target, seed: seed)
    else {
      note(place, "there is no attack with these settings and this norm")
      return nil
    }
    compare(place, "title", said: transfer.title, found: attack.title)
    return trial
  }

  /// Attacks pictures again, and takes down where that leads to others than those that fool the service.
  ///
  /// No more than are attacked at once, evenly chosen, so that it takes no longer than a part of the run did.
  ///
  /// - Parameter successes: in the order of their pictures, all in the model's shape.
  mutating func remake(
    _ successes: [RemadeSuccess], by trial: TransferTrial,
    on model: any DifferentiableClassifier, _ place: String
  ) throws {
    let count = min(successes.count, TransferStage.batchSize)
    if count == 0 { return }
    let chosen = (0..<count).map { successes[$0 * successes.count / count] }
    if count < successes.count {
      remarks.append("\(place): \(count) of \(successes.count) successes were made again")
    }
    let points: Tensor
    do throws(OracleError) {
      points = try trial.points(
        from: Tensor(chosen.map(\.original)), labels: chosen.map(\.label),
        numbers: chosen.map(\.row), on: model)
    } catch {
      throw SubstituteError.oracle(error)
    }
    var isAsSaid = true
    for (row, success) in chosen.enumerated()
    where !success.isLike(Picture(points[row]), by: trial) {
      isAsSaid = false
      note(success.name, "the attack leads to another picture")
      if success.isConfirmed { confirmed -= 1 }
    }
    if !isAsSaid {
      remarks.append(
        "\(place) was made again; where the processor or the engine is another one, it can go another way though "
          + "nothing is wrong")
    }
  }
}
