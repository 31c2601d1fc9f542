public import ProgramRuntime
public import TensorModule

/// Moves the weights of a model, epoch after epoch.
///
/// All randomness is named by (seed, epoch, picture), so a run that goes on from a checkpoint ends as
/// if it had never stopped: bit for bit on one thread of a CPU. Not Sendable: one thread uses it.
public final class Trainer {
  /// How far an epoch is.
  public struct Progress: Hashable, Sendable {
    /// The epoch, from 0.
    public var epoch: Int
    /// How many of its batches are done.
    public var batch: Int
    /// How many batches it has.
    public var batchCount: Int
    /// What came of its pictures so far.
    public var outcome: TrainingOutcome
  }

  /// What learns.
  public let model: TrainableClassifier
  /// How long and how fast it learns.
  public let plan: TrainingPlan
  /// The epoch that comes next or is under way, from 0.
  public internal(set) var nextEpoch = 0
  /// The batch of that epoch that comes next, from 0.
  public internal(set) var nextBatch = 0
  /// What came of the pictures of the epoch that is under way so far, or of the last one.
  public internal(set) var outcome = TrainingOutcome()
  /// The average of the weights, if the plan asks for one.
  public internal(set) var average: WeightAverage?
  /// What a training method remembers from batch to batch, by name; part of every checkpoint.
  public var methodMemory: [String: Tensor] = [:]
  let optimizer: any Optimizer
  var state: OptimizerState
  var rate = 0.0

  /// A trainer that has done nothing yet.
  public init(_ model: TrainableClassifier, with optimizer: any Optimizer, by plan: TrainingPlan) {
    self.model = model
    self.plan = plan
    self.optimizer = optimizer
    state = optimizer.initialState(for: model.weights.trainedTensors)
    average = plan.averageDecay.map { WeightAverage(of: model.weights.trainedTensors, decay: $0) }
  }

  /// Finds what is wrong before any work: whether the method can train this model by this plan.
  ///
  /// - Throws: ``TrainingError/method(_:)`` with the reason.
  public func check(_ method: any TrainingMethod) throws(TrainingError) {
    try method.check(model)
    guard plan.mixup == nil || type(of: method).takesBlends else {
      throw .method(
        "mixup blends pictures of different classes, and \(type(of: method).name) training needs one "
          + "class for each picture: leave mixup out")
    }
  }

  /// Shows every picture once, or those that are left of an epoch that is under way.
  ///
  /// - Parameters:
  ///   - pictures: what is learned from.
  ///   - method: how.
  ///   - report: told after each batch; an error that it throws ends the epoch.
  /// - Returns: what came of the pictures.
  /// - Throws: ``TrainingError``, or what `report` throws. The epoch is then under way, and the same
  ///   call goes on with the batch that comes next.
  @discardableResult
  public func trainEpoch(
    on pictures: PictureSet, by method: any TrainingMethod,
    reporting report: (Progress) throws -> Void = { _ in }
  ) throws -> TrainingOutcome {
    try check(method)
    let key = RandomKey(seed: plan.seed).part("training").part(nextEpoch)
    let order = EpochOrder(
      count: pictures.count, batchSize: plan.batchSize, key: key.part("order"))
    guard nextBatch <= order.batches.count else {
      throw TrainingError.unfitCheckpoint("its batch is none of the run's")
    }
    if nextBatch == 0 { outcome = TrainingOutcome() }
    for numbers in order.batches.dropFirst(nextBatch) {
      rate = plan.rate(
        atStep: nextEpoch * order.batches.count + nextBatch, batchCount: order.batches.count)
      let batchKey = key.part("batch").part(nextBatch)
      let batch = try plan.batch(
        of: numbers, from: pictures, classCount: model.classCount, epochKey: key,
        batchKey: batchKey)
      // What drops out depends on the batch alone, not on what ran before.
      let learned = try batchKey.part("defaults").feedingDefaults { () throws(TrainingError) in
        try method.learn(from: batch, with: self)
      }
      outcome = outcome + learned
      nextBatch += 1
      try report(
        Progress(
          epoch: nextEpoch, batch: nextBatch, batchCount: order.batches.count, outcome: outcome))
    }
    nextEpoch += 1
    nextBatch = 0
    return outcome
  }

  /// One step of descent along the gradient of a loss.
  ///
  /// - Parameters:
  ///   - labels: the true classes of the pictures that the loss is about, int64 [N].
  ///   - loss: from the weights, whose use is recorded, to the mean loss of the pictures and what
  ///     comes along: first of all their logits [N, K].
  /// - Returns: what came of the pictures.
  /// - Throws: ``TrainingError/notFinite(epoch:)`` before the weights are touched, or
  ///   ``TrainingError/engine(_:)``.
  public func descend(
    judging labels: Tensor,
    along loss: (TrainableWeights.Recorded) throws(EngineError) -> (
      loss: Tensor, auxiliary: [Tensor]
    )
  ) throws(TrainingError) -> TrainingOutcome {
    let descent = try gradients(judging: labels, along: loss)
    try move(along: descent.weights)
    return descent.outcome
  }

  /// The gradient of a loss, without a step along it.
  ///
  /// - Parameters:
  ///   - labels: the true classes of the pictures that the loss is about, int64 [N].
  ///   - inputs: leaves that the gradient is taken with respect to as well, such as pixels.
  ///   - sparesStatistics: whether running statistics of batch norms stay as they are.
  ///   - loss: as in ``descend(judging:along:)``.
  /// - Throws: ``TrainingError/notFinite(epoch:)`` or ``TrainingError/engine(_:)``.
  public func gradients(
    judging labels: Tensor, and inputs: [Tensor] = [], sparesStatistics: Bool = false,
    along loss: (TrainableWeights.Recorded) throws(EngineError) -> (
      loss: Tensor, auxiliary: [Tensor]
    )
  ) throws(TrainingError) -> Descent {
    do throws(EngineError) {
      let found = try model.weightGradients(
        and: inputs, sparesStatistics: sparesStatistics, of: loss)
      let mean = found.loss.scalar()
      if mean.isFinite {
        let right = (found.auxiliary[0].argmax(along: 1) .== labels).truths().count { $0 }
        return Descent(
          weights: found.gradients, inputs: found.inputGradients,
          outcome: TrainingOutcome(
            count: labels.count, totalLoss: mean * Double(labels.count), rightCount: right))
      }
    } catch {
      throw .engine(error)
    }
    throw .notFinite(epoch: nextEpoch + 1)
  }

  /// Moves the weights one step along gradients, which are clipped first if the plan says so.
  ///
  /// - Parameter gradients: one for each trained weight; weights without one stay.
  public func move(along gradients: [Tensor?]) throws(TrainingError) {
    do throws(EngineError) {
      try plan.clipping?.apply(to: gradients.compactMap(\.self))
      let weights = model.weights.trainedTensors
      try optimizer.step(weights, along: gradients, rate: rate, state: &state)
      try average?.update(with: weights)
    } catch {
      throw .engine(error)
    }
  }

  /// Where a loss leads.
  public struct Descent {
    /// The gradients, one for each trained weight; nothing where the loss does not depend on it.
    public var weights: [Tensor?]
    /// The gradients with respect to further inputs.
    public var inputs: [Tensor?]
    /// What came of the pictures.
    public var outcome: TrainingOutcome
  }
}
