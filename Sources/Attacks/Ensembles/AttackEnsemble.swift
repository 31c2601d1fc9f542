public import TensorModule
public import ThreatModels

/// Several attacks in a row, each on the pictures that the earlier ones have not fooled.
public protocol AttackEnsemble: WhiteBoxAttack {
  /// The attacks in their order.
  ///
  /// - Parameters:
  ///   - norm: the norm of the budget; one of ``Attack/norms``.
  ///   - classCount: how many classes the model has.
  func members(in norm: Norm, classCount: Int) -> [any Attack]
}

extension AttackEnsemble {
  /// The first point that reaches the goal, of whichever member; what the last member found otherwise.
  public func perturbed(
    _ batch: AttackBatch, on model: any DifferentiableClassifier, within threat: ThreatModel
  ) throws(EngineError) -> Tensor {
    var points = batch.images
    var open = Array(batch.keys.indices)
    for member in members(in: threat.budget.norm, classCount: model.classCount) where !open.isEmpty
    {
      let part = batch.rows(open)
      let found: Tensor
      do {
        found = try member.points(for: part, on: model, within: threat)
      } catch {
        switch error {
        case .engine(let error): throw error
        default: preconditionFailure("a model at hand fails in its engine alone: \(error)")
        }
      }
      let allowed = threat.allows(found, around: part.images)
      let reached = part.goal.isReached(by: try model.logits(of: found)).truths()
      let usable = open.indices.filter { allowed[$0] }
      points =
        usable.isEmpty
        ? points : points.replacingRows(usable.map { open[$0] }, with: found.rows(usable))
      open = open.indices.filter { !(reached[$0] && allowed[$0]) }.map { open[$0] }
    }
    return points
  }
}
