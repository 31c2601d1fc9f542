/// A network without weights yet, for pictures of any shape and any number of classes.
///
/// ``ArchitectureCatalogue`` knows all of them by name.
public protocol Architecture: Hashable, Sendable {
  /// The fewest rows and columns that pictures must have.
  var smallestSide: Int { get }
  /// How many classes the network can tell apart.
  var classCounts: ClosedRange<Int> { get }

  /// Adds the network to a program.
  ///
  /// - Parameters:
  ///   - pictures: [C, H, W], normalised if they are to be.
  ///   - classCount: how many classes there are.
  ///   - builder: where the layers go.
  /// - Returns: the logits, [K].
  func logits(
    of pictures: ProgramBuilder.Value, classCount: Int, in builder: inout ProgramBuilder
  ) -> ProgramBuilder.Value
}

extension Architecture {
  /// 1: any picture will do.
  public var smallestSide: Int { 1 }
  /// Any number from 2.
  public var classCounts: ClosedRange<Int> { 2...Int.max }

  /// The network with new weights.
  ///
  /// It takes a batch of any size, [N, C, H, W] in [0, 1], and returns logits [N, K]. It is in evaluation
  /// mode, as PyTorch exports models; ``Program/inTrainingMode()`` gives the other one.
  ///
  /// - Parameters:
  ///   - task: pictures and classes.
  ///   - normalization: what comes first; nothing by default.
  ///   - generator: where the weights come from; the same numbers give the same weights.
  /// - Throws: ``ArchitectureError`` when the network does not fit the task or is too large.
  public func program(
    for task: ClassificationTask, normalization: InputNormalization? = nil,
    using generator: inout some RandomNumberGenerator
  ) throws(ArchitectureError) -> Program {
    let (builder, logits) = try built(for: task, normalization: normalization)
    return builder.program(returning: logits, using: &generator)
  }

  /// How many numbers are trained.
  ///
  /// - Throws: ``ArchitectureError`` when the network does not fit the task or is too large.
  public func parameterCount(for task: ClassificationTask) throws(ArchitectureError) -> Int {
    try built(for: task, normalization: nil).builder.parameterCount
  }

  private func built(
    for task: ClassificationTask, normalization: InputNormalization?
  ) throws(ArchitectureError) -> (builder: ProgramBuilder, logits: ProgramBuilder.Value) {
    try check(task, normalization)
    var builder = ProgramBuilder()
    let pictures = builder.pictures(
      channels: task.channels, height: task.height, width: task.width)
    let input =
      normalization.map {
        builder.normalized(pictures, mean: $0.mean, standardDeviation: $0.standardDeviation)
      } ?? pictures
    let logits = logits(of: input, classCount: task.classCount, in: &builder)
    let limit = ArchitectureError.largestParameterCount
    if builder.parameterCount > limit { throw .tooManyParameters(builder.parameterCount) }
    return (builder, logits)
  }

  private func check(
    _ task: ClassificationTask, _ normalization: InputNormalization?
  ) throws(ArchitectureError) {
    guard classCounts.contains(task.classCount) else {
      throw .classCount(task.classCount, wanted: classCounts)
    }
    let sides = smallestSide...ClassificationTask.largestSide
    guard sides.contains(task.height), sides.contains(task.width), task.channels > 0,
      task.classCount <= ClassificationTask.largestSide,
      task.channels <= ClassificationTask.largestSide,
      task.channels * task.height * task.width <= ArchitectureError.largestParameterCount
    else { throw .unsuitablePictures(task, smallestSide: smallestSide) }
    guard let normalization else { return }
    let numbers = normalization.mean + normalization.standardDeviation
    guard normalization.mean.count == task.channels,
      normalization.standardDeviation.count == task.channels, numbers.allSatisfy(\.isFinite),
      normalization.standardDeviation.allSatisfy({ $0 > 0 })
    else { throw .normalization(channels: task.channels) }
  }
}
